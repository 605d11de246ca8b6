import { defineScript, type Script } from '../link/script.ts'
import { gcraGiveBack, gcraReserve } from './gcra-lua.ts'
import { hold, look, pause, prelude } from './limit-lua.ts'
import { windowGiveBack, windowReserve } from './window-lua.ts'

/** How a shared limit counts. */
export type LimitForm = 'window' | 'gcra'

/** The scripts of one form. */
export interface LimitScripts {
  readonly reserve: Script
  readonly giveBack: Script
  readonly pause: Script
  readonly look: Script
  readonly hold: Script
}

const bodies = {
  window: { reserve: windowReserve, giveBack: windowGiveBack },
  gcra: { reserve: gcraReserve, giveBack: gcraGiveBack },
} as const

/**
 * The scripts of a form.
 *
 * @param clock the Lua expression for the present: seconds, and microseconds within the second
 */
export function limitScripts(form: LimitForm, clock = "redis.call('TIME')"): LimitScripts {
  const { reserve, giveBack } = bodies[form]
  const serverTime = `local function serverTime() return ${clock} end\n`
  const script = (name: string, body: string): Script =>
    defineScript(`${form} ${name}`, serverTime + prelude + body)
  return {
    reserve: script('reserve', reserve),
    giveBack: script('give back', giveBack),
    pause: script('pause', pause),
    look: script('look', look),
    hold: script('hold', hold),
  }
}

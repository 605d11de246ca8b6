import { beforeEach } from 'vitest'
import { listenerWarnings } from '../packages/seaworthy/src/core/listener-warnings.ts'

/** Set up of every test: what was warned of in one is warned of anew in the next, also where one process runs many. */
beforeEach(() => listenerWarnings.clear())

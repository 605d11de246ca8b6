import { faultKinds } from './faults/fault.ts'
import type { FaultSwitch } from './faults/fault-switch.ts'
import { escapeHtml, type Simulator } from './http/exchange.ts'
import { htmlPage } from './http/html-page.ts'

/** The page at `/`: what is simulated and how to break it. */
export function indexPage(
  simulators: readonly Simulator[],
  switches: ReadonlyMap<string, FaultSwitch>,
  baseUrl: string,
): string {
  const sections = simulators.map((simulator) => {
    const fault = switches.get(simulator.name)?.fault
    const links = simulator.examples.map((path) => `/${simulator.name}${path}`)
    return `<section><h2>${escapeHtml(simulator.name)}</h2><p>${escapeHtml(simulator.summary)}</p>
<p>Fault: <code>${escapeHtml(fault === undefined ? 'none' : JSON.stringify(fault))}</code></p>
<ul>${links.map((link) => `<li><a href="${escapeHtml(link)}"><code>${escapeHtml(link)}</code></a></li>`).join('')}</ul></section>`
  })
  const first = simulators[0]?.name ?? 'square'
  return htmlPage(
    'Simulators',
    `<p>Stand-ins of outside services. The data is made up; nothing leaves this machine.</p>
${sections.join('\n')}
<section><h2>Faults</h2>
<p><code>curl -X PUT ${escapeHtml(baseUrl)}/faults/${first} -d '{"kind":"hang"}'</code> sets one,
<code>curl -X DELETE ${escapeHtml(baseUrl)}/faults/${first}</code> clears it. Kinds: ${faultKinds.join(', ')}.</p></section>`,
  )
}

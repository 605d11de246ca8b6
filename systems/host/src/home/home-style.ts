import { createHash } from 'node:crypto'

/** The tokens that the home page needs, the same as in the look of the pages; render-home-page.test.ts compares them. */
const tokens = `:root {
  color-scheme: light dark;
  --paper: light-dark(oklch(0.982 0.004 240), oklch(0.185 0.018 245));
  --surface: light-dark(oklch(1 0 240), oklch(0.22 0.02 245));
  --line: light-dark(oklch(0.905 0.008 240), oklch(0.32 0.02 245));
  --ink: light-dark(oklch(0.24 0.022 245), oklch(0.945 0.008 240));
  --ink-soft: light-dark(oklch(0.46 0.022 245), oklch(0.75 0.015 240));
  --accent-hue: 235;
  --accent: light-dark(oklch(0.47 0.115 var(--accent-hue)), oklch(0.79 0.075 var(--accent-hue)));
  --full: light-dark(oklch(0.55 0.13 152), oklch(0.76 0.15 152));
  --degraded: light-dark(oklch(0.64 0.13 75), oklch(0.82 0.14 82));
  --minimal: light-dark(oklch(0.6 0.17 48), oklch(0.74 0.16 52));
  --unavailable: light-dark(oklch(0.54 0.19 27), oklch(0.68 0.18 25));
  --unknown: light-dark(oklch(0.58 0.015 245), oklch(0.66 0.015 245));
}`

/** The whole style of the home page. It loads nothing, so its text is in the type of the reader's system. */
export const homeStyle = `${tokens}
* { box-sizing: border-box; margin: 0; }
body { background: var(--paper); color: var(--ink); font: 400 0.875rem/1.45 'Inter Variable', Inter, system-ui, sans-serif; }
main { width: min(760px, 100%); margin: 0 auto; padding: 64px 16px; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.015em; font-weight: 600; text-wrap: balance; }
.name { margin-bottom: 8px; color: var(--ink-soft); }
.name strong { color: var(--ink); font-weight: 600; }
ul { padding: 0; margin: 32px 0; list-style: none; border-top: 1px solid var(--line); }
li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px 24px; align-items: start; position: relative; padding: 20px 0; border-bottom: 1px solid var(--line); }
h2 { font-size: 1rem; line-height: 1.3; font-weight: 600; }
a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
h2 a { text-decoration: none; }
h2 a::after { content: ''; position: absolute; inset: 0; }
h2 a:hover { text-decoration: underline; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
h2 a:focus-visible { outline: 0; }
h2 a:focus-visible::after { outline: 2px solid var(--accent); border-radius: 6px; }
.soft { color: var(--ink-soft); max-width: 72ch; }
.reason { grid-column: 1 / -1; }
.level { display: inline-flex; align-items: center; gap: 6px; min-height: 28px; padding: 0 10px; border: 1px solid var(--line); border-radius: 999px; background: var(--surface); font-size: 0.8125rem; white-space: nowrap; }
.level svg { width: 12px; height: 12px; }
.full { color: var(--full); } .degraded { color: var(--degraded); } .minimal { color: var(--minimal); }
.unavailable { color: var(--unavailable); } .unknown { color: var(--unknown); }
.more { display: flex; flex-wrap: wrap; gap: 0 24px; }
.more a { display: inline-flex; align-items: center; min-height: 44px; }
@media (width < 600px) { main { padding: 32px 16px; } h1 { font-size: 1.25rem; } li { grid-template-columns: 1fr; } .level { justify-self: start; } }
@media print { :root { color-scheme: light; } }`

const styleHash = createHash('sha256').update(homeStyle).digest('base64')

/** The Content-Security-Policy under which the home page works: no script, no request, this one style. */
export const homePageCsp = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

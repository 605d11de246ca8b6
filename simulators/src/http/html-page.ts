import { escapeHtml } from './exchange.ts'

/** A small page in the simulators' look. `body` is markup; `title` is text. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
  code { font: 14px ui-monospace, monospace; }
  button, select { font: inherit; padding: .4rem .8rem; min-height: 2.5rem; }
  fieldset { border: 1px solid; border-radius: .5rem; margin: 1rem 0; }
</style>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</html>
`
}

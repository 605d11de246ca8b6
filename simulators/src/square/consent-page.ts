import { escapeHtml } from '../http/exchange.ts'
import { htmlPage } from '../http/html-page.ts'
import type { Vendor } from '../world/vendors.ts'

/** The pages of GET /oauth2/authorize. */
export const consentPage = Object.freeze({
  /** Asks the seller which account to connect, and whether. */
  form(query: URLSearchParams, vendors: readonly Vendor[]): string {
    const kept = ['client_id', 'scope', 'state', 'redirect_uri', 'session']
      .filter((name) => query.has(name))
      .map((name) => `<input type="hidden" name="${name}" value="${escapeHtml(query.get(name) ?? '')}">`)
    const scopes = (query.get('scope') ?? '').split(/[ +]/).filter((scope) => scope !== '')
    const sellers = vendors.map(
      ({ merchantId, businessName }) =>
        `<option value="${escapeHtml(merchantId)}">${escapeHtml(businessName)}</option>`,
    )
    return htmlPage(
      'Connect to Square (simulated)',
      `<form method="post">
${kept.join('\n')}
<p><label>Seller <select name="merchant">${sellers.join('')}</select></label></p>
<p>The application asks for:</p>
<ul>${scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('')}</ul>
<p><button name="decision" value="approve">Allow</button> <button name="decision" value="deny">Deny</button></p>
</form>`,
    )
  },

  /** Says why there is nothing to decide. */
  refusal(reason: string): string {
    return htmlPage('Cannot authorise', `<p>${escapeHtml(reason)}.</p>`)
  },
})

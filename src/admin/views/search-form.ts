/** The search for a booking. It is posted: an address in a URL would end up in histories and in proxies' logs. */
import { hiddenFields } from "./forms.ts";
import { type Html, html } from "./html.ts";

export function searchForm(formToken: string, query: string): Html {
  return html`<search><form class="search" method="post" action="/admin/bookings/search">${hiddenFields({ token: formToken })}
<label>Name or its beginning, e-mail, phone, service, company, or any id or record’s address<input type="search" name="q" value="${query}" autocomplete="off" spellcheck="false"></label>
<button type="submit">Search</button></form></search>`;
}

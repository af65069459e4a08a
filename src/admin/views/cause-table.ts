/** The purchases of a cause as a table to choose from. */
import type { PurchaseState } from "../../booking/types.ts";
import type { FailedPurchase } from "../../synclog/failed.ts";
import { PURCHASES_ID, rowId } from "../failed.ts";
import { questionPage } from "../next-question.ts";
import { hiddenFields, NO_BUTTONS } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { type RecordUrl, table } from "./parts.ts";
import { bookingLine, personOf } from "./purchase.ts";
import { ago } from "./time.ts";

export interface CausePurchase {
  readonly failed: FailedPurchase;
  readonly state: PurchaseState | undefined;
}

export interface CauseTable {
  readonly crm: string;
  readonly causeId: string;
  /** What stands at the head of the page, and is not said again. */
  readonly words: string;
  readonly page: number;
  /** Whether all of the page are chosen. */
  readonly all: boolean;
  /** Where all of the page are, and where none is. */
  readonly allHref: string;
  readonly purchases: readonly CausePurchase[];
  readonly recordUrl: RecordUrl;
  readonly formToken: string;
  readonly now: number;
}

export function causeTable(shown: CauseTable): Html {
  const { crm, causeId, page, purchases, formToken } = shown;
  const mayChoose = formToken !== NO_BUTTONS;
  const head = ["Purchase", "Who", "Bookings", "Since", "Also"];
  const rows = purchases.map((purchase) => row(shown, purchase, mayChoose));
  const list = table("Purchases with this cause", mayChoose ? ["Select", ...head] : head, rows, "stack");
  if (!mayChoose) return html`<section id="${PURCHASES_ID}">${list}</section>`;
  return html`<form method="post" action="/admin/failed/retry" id="${PURCHASES_ID}">${hiddenFields({ crm, cause: causeId, page: String(page), token: formToken })}
<p><a href="${shown.allHref}">${shown.all ? "Select none" : `Select all ${purchases.length} of this page`}</a></p>
${list}
<div class="actions"><button type="submit" class="secondary">Retry selected</button>
<details class="aside"><summary>Dismiss selected</summary><label>Reason<input type="text" name="reason" maxlength="200"></label>
<button type="submit" class="secondary" formaction="/admin/failed/dismiss">Dismiss selected</button></details></div></form>`;
}

function row(
  { crm, words, all, recordUrl, now }: CauseTable,
  { failed, state }: CausePurchase,
  mayChoose: boolean,
): Html {
  const { purchaseId, at, failures } = failed;
  const id = encodeURIComponent(purchaseId);
  const label = `purchase ${purchaseId}`;
  const box = html`<td><input type="checkbox" name="purchase" value="${purchaseId}" aria-label="Select ${label}"${all && html` checked`}></td>`;
  const isHeld = failures.some(({ hold }) => hold !== undefined);
  const others = [...new Set(failures.map((failure) => failure.words))].filter((other) => other !== words);
  const records = failures.flatMap(({ record }) => (record === undefined ? [] : [record]));
  return html`<tr id="${rowId(purchaseId)}">${mayChoose && box}<th scope="row"><a href="/admin/bookings/${id}">Purchase ${purchaseId}</a></th>
<td><bdi>${personOf(state) ?? "Nobody known"}</bdi></td><td>${Object.values(state?.bookings ?? {}).map(bookingLine)}</td><td>${ago(at, now)}</td>
<td>${others.map((other) => html`<div>${other}</div>`)}${records.map(({ object, id: record }) => html`<div>Record: <a href="${recordUrl(crm, object, record)}" rel="noreferrer">${object} ${record}</a></div>`)}${isHeld && html`<a href="${questionPage(crm, purchaseId)}" role="button" class="secondary">Decide<span class="visually-hidden">: ${label}</span></a>`}</td></tr>`;
}

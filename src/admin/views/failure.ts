/** One failure: the CRM's words, the lines of the mapping the values come from, what to do next. */
import type { FailureEntry } from "../../synclog/entries.ts";
import { causeTitle, mappingPlace } from "./causes.ts";
import { type Html, html } from "./html.ts";
import { crmName, type RecordUrl } from "./parts.ts";

export function failureBlock(crm: string, failure: FailureEntry, recordUrl: RecordUrl): Html {
  const { bookingId, object, code, words, fields, nextStep, hold, record, requestId } = failure;
  const title = causeTitle({
    kind: failure.kind,
    fields: [],
    ...(hold !== undefined && { hold: hold.reason }),
  });
  const about = [bookingId !== undefined && `booking ${bookingId}`, object].filter(Boolean).join(", ");
  return html`<div class="failure"><p><strong>${title}</strong>${about !== "" && html` <span class="quiet">${about}</span>`}</p>
<blockquote>${code !== undefined && html`<code>${code}</code> `}${words}</blockquote>
${fields.length > 0 && html`<ul>${fields.map(fieldLine)}</ul>`}
${record !== undefined && html`<p>Record: <a href="${recordUrl(crm, record.object, record.id)}" rel="noreferrer">${record.object} ${record.id}</a></p>`}
${nextStep !== "" && html`<p>${nextStep}</p>`}
${requestId !== undefined && html`<p><small>${crmName(crm)}'s id of the request: <code>${requestId}</code></small></p>`}</div>`;
}

function fieldLine({ field, file, line, expression }: FailureEntry["fields"][number]): Html {
  const from = file !== undefined && line !== undefined && html` from ${mappingPlace(file, line)}`;
  return html`<li><code>${field}</code>${from}${expression !== undefined && html` <code>${expression}</code>`}</li>`;
}

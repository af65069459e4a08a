/** `GET /admin/quarantine`: what was received and could not be read. */
import type { QuarantinedHead } from "../../inbox/quarantine.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { buttonForm, NO_BUTTONS } from "../views/forms.ts";
import { type Html, html } from "../views/html.ts";
import { emptyState, pageOf, pager, plural, table } from "../views/parts.ts";
import { ago } from "../views/time.ts";

const PER_PAGE = 20;

export async function showQuarantine({ quarantine }: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const page = pageOf(request.query);
  const [count, deliveries] = await Promise.all([
    quarantine.count(),
    quarantine.page({ offset: (page - 1) * PER_PAGE, limit: PER_PAGE }),
  ]);
  const body = html`<h1>Quarantine</h1>
<p class="lead">What BookingBug sent and we could not read. It is kept as it came; nothing of it has reached a CRM.</p>
${count === 0 ? nothing() : list(count, deliveries, request)}
${pager("/admin/quarantine", {}, page, page * PER_PAGE < count)}`;
  return { kind: "page", title: "Quarantine", section: "quarantine", body };
}

function nothing(): Html {
  return emptyState("Nothing in quarantine", "Everything that was received could be read.");
}

function list(count: number, deliveries: readonly QuarantinedHead[], request: PageRequest): Html {
  return html`<section class="card" aria-labelledby="deliveries">
<div class="card-head"><h2 id="deliveries">${plural(count, "delivery", "deliveries")}</h2>
${request.formToken !== NO_BUTTONS && html`<a href="/admin/jobs/new?action=read_again" role="button" class="secondary">Read all again</a>`}</div>
${table(
  "Deliveries in quarantine",
  ["Received", "Posted to", "Why it could not be read", html`<span class="visually-hidden">What to do</span>`],
  deliveries.map((delivery) => row(delivery, request)),
  "stack",
)}</section>`;
}

const REASONS: Readonly<Record<QuarantinedHead["reason"], string>> = {
  not_json: "Not JSON",
  no_purchase: "No purchase in it",
  too_large: "Too large",
  ignored_format: "Ignored: another webhook's format",
};
const MAX_PROBLEMS = 3;

function row(delivery: QuarantinedHead, { now, formToken, user }: PageRequest): Html {
  const { deliveryId, problems, reason, bytes } = delivery;
  const [short] = deliveryId.split("-");
  const readAgain = buttonForm({
    action: "/admin/quarantine/read-again",
    formToken,
    hidden: { delivery: deliveryId },
    button: "Read again",
    about: short ?? deliveryId,
  });
  const discard = buttonForm({
    action: "/admin/quarantine/discard",
    formToken,
    hidden: { delivery: deliveryId },
    fields: html`<label>Reason<input type="text" name="reason" required maxlength="200"></label>`,
    button: "Discard for good",
  });
  return html`<tr><td>${ago(delivery.receivedAt, now)}<br><small title="${deliveryId}">${short}, ${size(bytes)}</small></td>
<td><code>/notifications/${delivery.route}</code></td>
<td>${REASONS[reason]}${problems.slice(0, MAX_PROBLEMS).map(problem)}${problems.length > MAX_PROBLEMS && html`<br><small>and more</small>`}</td>
<td>${
    user.role === "operator" &&
    html`<div class="actions">
<a href="/admin/quarantine/${deliveryId}/download" download>Download<span class="visually-hidden"> ${short}</span></a>
${reason !== "ignored_format" && readAgain}
<details><summary>Discard<span class="visually-hidden"> ${short}</span></summary>${discard}</details></div>`
  }</td></tr>`;
}

function problem({ path, message }: QuarantinedHead["problems"][number]): Html {
  return html`<br><small>${path !== "" && html`<code>${path}</code>: `}${message}</small>`;
}

function size(bytes: number): string {
  return bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1_000)} kB`;
}

/** Small parts that several pages share. */
import { connectors } from "../../../connectors/index.ts";
import { type Content, type Html, html } from "./html.ts";

/** Where a person sees a record in the CRM. */
export type RecordUrl = (crm: string, object: string, id: string) => string;

export type Tone = "good" | "busy" | "warning" | "bad" | "plain";

const MARKS: Readonly<Record<Tone, string>> = { good: "✓", busy: "…", warning: "!", bad: "✕", plain: "·" };

/** A word with a mark and a colour; the word alone says it all. */
export function tag(tone: Tone, text: Content): Html {
  return html`<span class="tag ${tone}"><span aria-hidden="true">${MARKS[tone]}</span> ${text}</span>`;
}

/** What stands where a list would, when there is nothing to list. */
export function emptyState(title: string, text: Content): Html {
  return html`<div class="empty"><p><strong>${title}</strong></p><p>${text}</p></div>`;
}

/** A line of a mapping file, which may be longer than the page is wide: who has no mouse can scroll it as well. */
export function excerptOf(line: string): Html | undefined {
  return line.trim() === "" ? undefined : html`<pre class="excerpt" tabindex="0" aria-label="The line">${line}</pre>`;
}

/**
 * A table that scrolls by itself where the screen is narrow.
 *
 * @param label says what it lists
 * @param shape `stack`: where the screen is narrow, each row is a block of lines instead; `figures`: columns of one width
 */
export function table(
  label: string,
  head: readonly Content[],
  rows: readonly Content[],
  shape: "grid" | "stack" | "figures" = "grid",
): Html {
  return html`<div class="scroll ${shape}" tabindex="0" role="region" aria-label="${label}">
<table><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** How the CRM writes its own name. */
export function crmName(crm: string): string {
  return connectors.find((definition) => definition.crm === crm)?.title ?? crm;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Links to the pages before and after. @param more whether there is a page after this one */
export function pager(path: string, query: Readonly<Record<string, string>>, page: number, more: boolean): Html {
  const to = (number: number): string => `${path}?${new URLSearchParams({ ...query, page: String(number) })}`;
  if (page === 1 && !more) return html``;
  return html`<nav class="pager" aria-label="Pages">
${page > 1 && html`<a href="${to(page - 1)}" rel="prev">← Newer</a>`}<span>Page ${page}</span>
${more && html`<a href="${to(page + 1)}" rel="next">Older →</a>`}</nav>`;
}

/** The number of the page that a query asks for, from 1. */
export function pageOf(query: URLSearchParams): number {
  const page = Number(query.get("page") ?? "1");
  return Number.isSafeInteger(page) && page >= 1 && page <= 10_000 ? page : 1;
}

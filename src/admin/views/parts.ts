/** Small parts that several pages share. */
import { type Content, type Html, html } from "./html.ts";

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

/** A table that scrolls by itself where the screen is narrow. @param label says what it lists */
export function table(label: string, head: readonly Content[], rows: readonly Content[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
<table><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** "salesforce" as it is written in a sentence. */
export function crmName(crm: string): string {
  return `${crm.charAt(0).toUpperCase()}${crm.slice(1)}`;
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

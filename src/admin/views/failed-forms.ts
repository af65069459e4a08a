/** The way from what failed to a job on all of it. */
import { NO_BUTTONS } from "./forms.ts";
import { type Html, html } from "./html.ts";

/** Leads to the page that says how many there are and what it takes. @param about what it is about, for who hears the page */
export function jobLink(
  asked: { readonly action: "retry" | "dismiss" | "decide"; readonly crm: string; readonly cause?: string },
  text: string,
  { about, formToken }: { readonly about: string; readonly formToken: string },
): Html | undefined {
  // Who may only look is not led to what they cannot start.
  if (formToken === NO_BUTTONS) return undefined;
  const query = new URLSearchParams({ ...asked }).toString();
  return html`<a href="/admin/jobs/new?${query}" role="button" class="secondary">${text}<span class="visually-hidden">: ${about}</span></a>`;
}

/** The buttons for what failed. */
import { buttonForm } from "./forms.ts";
import { type Html, html } from "./html.ts";

/** One purchase. Many are a job: `jobLink`. */
export interface ChosenFields {
  readonly crm: string;
  readonly purchase: string;
}

/** Leads to the page that says how many there are and what it takes. @param about what it is about, for who hears the page */
export function jobLink(
  asked: { readonly action: "retry" | "dismiss" | "decide"; readonly crm: string; readonly cause?: string },
  text: string,
  about: string,
): Html {
  const query = new URLSearchParams({ ...asked }).toString();
  return html`<a href="/admin/jobs/new?${query}" role="button" class="secondary">${text}<span class="visually-hidden">: ${about}</span></a>`;
}

/** @param about what is retried, for who hears the page */
export function retryForm(chosen: ChosenFields, formToken: string, button: string, about: string): Html {
  return buttonForm({ action: "/admin/failed/retry", formToken, hidden: { ...chosen }, button, about });
}

/** @param about what is dismissed, for who hears the page */
export function dismissForm(chosen: ChosenFields, formToken: string, about: string): Html {
  const form = buttonForm({
    action: "/admin/failed/dismiss",
    formToken,
    hidden: { ...chosen },
    fields: html`<label>Reason<input type="text" name="reason" required maxlength="200"></label>`,
    button: "Dismiss",
    about,
  });
  return html`<details class="aside"><summary>Dismiss<span class="visually-hidden">: ${about}</span></summary>${form}</details>`;
}

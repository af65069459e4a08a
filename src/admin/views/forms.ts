/** Buttons that change something: always a form that is posted, with the proof that it is ours. */
import { type Content, type Html, html } from "./html.ts";

/** In place of a form's token for who may only look: no button is drawn then. */
export const NO_BUTTONS = "";

export interface ButtonForm {
  readonly action: string;
  readonly formToken: string;
  /** Fields that the user does not see. */
  readonly hidden?: Readonly<Record<string, string | undefined>>;
  /** What stands before the button. */
  readonly fields?: Content;
  readonly button: Content;
  /** For who hears the page: what the button is about, where its text alone does not say it. */
  readonly about?: string;
  readonly look?: "primary" | "secondary" | "quiet";
}

export function buttonForm(form: ButtonForm): Html {
  const { action, formToken, hidden = {}, fields, button, about, look = "secondary" } = form;
  if (formToken === NO_BUTTONS) return html``;
  return html`<form method="post" action="${action}" class="${fields === undefined ? "button-form" : "inline-form"}">
${hiddenFields({ ...hidden, token: formToken })}${fields}
<button type="submit" class="${look}">${button}${about !== undefined && html`<span class="visually-hidden">: ${about}</span>`}</button>
</form>`;
}

export function hiddenFields(values: Readonly<Record<string, string | undefined>>): Html[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [html`<input type="hidden" name="${name}" value="${value}">`],
  );
}

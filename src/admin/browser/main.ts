/** Turns the playground's text field into an editor, and tries the mapping while it is edited. */
import { createEditor } from "./editor.ts";
import { createTrial } from "./trial.ts";

const form = document.querySelector<HTMLFormElement>("form[data-playground]");
const field = form?.querySelector<HTMLTextAreaElement>("textarea[name=yaml]");

if (form && field) {
  const trial = createTrial(form);
  const editor = createEditor({
    field,
    nonce: form.dataset.styleNonce ?? "",
    line: Number(form.dataset.line ?? "0"),
    problems: (text) => trial.run(text),
  });
  // What is typed in the other fields is tried as well; the editor's own look comes with it.
  for (const name of ["sample", "pasted"]) {
    form.querySelector(`[name=${name}]`)?.addEventListener("change", () => editor.lookAgain());
  }
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement) || button.hasAttribute("formaction")) return;
    event.preventDefault();
    if (button.name === "check") trial.askCrm();
    editor.lookAgain();
  });
  addCopyButton(form, () => field.value);
}

function addCopyButton(form: HTMLFormElement, text: () => string): void {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "secondary", textContent: "Copy" });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2_000);
  });
  form.querySelector("[data-editor-buttons]")?.prepend(button);
}

/** The page where a mapping is edited and tried. */
import type { PageAnswer, PageRequest } from "../page.ts";
import type { TrialOutcome } from "../playground/trial.ts";
import { hiddenFields } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { playgroundResults } from "./playground-results.ts";

export interface PlaygroundView extends TrialOutcome {
  /** Every file in force. */
  readonly files: readonly string[];
  /** The line to go to; 0 for none. */
  readonly line: number;
  /** Address of the editor's script. */
  readonly script: string | undefined;
  readonly request: PageRequest;
}

export function playgroundPage(view: PlaygroundView): PageAnswer {
  const { files, file, script, request } = view;
  const body = html`<h1>Mapping playground</h1>
<p class="lead">Try a change on real bookings before it is in force. Nothing is saved or deployed from here: download the file, put it into the repository, and it takes effect when it is deployed.</p>
${filesNav(files, file)}
<form method="post" action="/admin/mappings" class="playground" data-playground data-live="/admin/mappings/live" data-line="${view.line}" data-style-nonce="${request.styleNonce}">
${hiddenFields({ token: request.formToken, file })}
<section class="card" aria-labelledby="edit"><div class="card-head"><h2 id="edit">${file}</h2><div class="actions tight" data-editor-buttons>
<button type="submit" class="secondary" formaction="/admin/mappings/download">Download</button></div></div>
<textarea name="yaml" id="yaml" rows="28" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off" aria-label="Mapping as YAML">
${view.text}</textarea>
${sampleFields(view)}
<div class="actions"><button type="submit">Try it</button>
${
  view.crm !== undefined &&
  html`<button type="submit" class="secondary" name="check" value="crm">Check against the CRM</button>
<button type="submit" class="secondary" formaction="/admin/mappings/impact">See whom it would affect</button>`
}</div></section>
<div id="results" class="results" aria-live="polite">${playgroundResults(view)}</div>
</form>
${script !== undefined && html`<script type="module" src="${script}"></script>`}`;
  return { kind: "page", title: "Mapping playground", section: "mappings", body };
}

/** What a mapping makes of a booking is somebody's name and address: who may only look sees the file. */
export function mappingText(
  files: readonly string[],
  { file, text }: { readonly file: string; readonly text: string },
): PageAnswer {
  const body = html`<h1>Mappings</h1>
<p class="lead">The files in force. Operators try them on real bookings here.</p>
${filesNav(files, file)}
<section class="card" aria-labelledby="text"><h2 id="text">${file}</h2><pre tabindex="0" aria-label="Mapping as YAML">${text}</pre></section>`;
  return { kind: "page", title: "Mappings", section: "mappings", body };
}

function filesNav(files: readonly string[], current: string): Html {
  return html`<nav aria-label="Mapping files" class="tabs">${files.map((name) => tab(name, name === current))}<a href="/admin/mappings/history">Versions</a><a href="/admin/mappings/schema">What changed in the CRM</a></nav>`;
}

function tab(file: string, isCurrent: boolean): Html {
  return html`<a href="/admin/mappings?file=${encodeURIComponent(file)}"${isCurrent && html` aria-current="page"`}>${file}</a>`;
}

function sampleFields({ query, pasted }: PlaygroundView): Html {
  return html`<fieldset class="sample"><legend>Try it on</legend>
<label>Booking id, purchase id, e-mail or name; blank for the newest<input type="search" name="sample" value="${query}" autocomplete="off" spellcheck="false"></label>
<details${pasted !== "" && html` open`}><summary>or paste a notification</summary>
<textarea name="pasted" rows="6" spellcheck="false" aria-label="A notification as JSON">
${pasted}</textarea></details></fieldset>`;
}

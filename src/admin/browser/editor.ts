/** The editor in the place of the text field, whose value it keeps up to date. */
import { autocompletion } from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import { syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, forceLinting, linter, lintGutter } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import { EditorView, hoverTooltip } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { completeMapping, describeAt } from "./complete.ts";
import type { Problem } from "./trial.ts";

export interface Editor {
  /** Has the text looked at again although it did not change. */
  lookAgain(): void;
}

const DELAY_MS = 500;

export function createEditor(options: {
  readonly field: HTMLTextAreaElement;
  /** Lets the editor add its style sheet to the page. */
  readonly nonce: string;
  /** The line to begin at; 0 for the first. */
  readonly line: number;
  readonly problems: (text: string) => Promise<readonly Problem[]>;
}): Editor {
  const { field, nonce, line, problems } = options;
  let stale = false;
  const view = new EditorView({
    doc: field.value,
    extensions: [
      EditorView.cspNonce.of(nonce),
      basicSetup,
      yaml(),
      syntaxHighlighting(classHighlighter),
      autocompletion({ override: [completeMapping] }),
      hoverTooltip((at, position) => describe(at, position)),
      linter(async (current) => toDiagnostics(current.state.doc, await problems(current.state.doc.toString())), {
        delay: DELAY_MS,
        needsRefresh: () => stale,
      }),
      lintGutter(),
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": field.ariaLabel ?? "Mapping" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) field.value = update.state.doc.toString();
      }),
    ],
  });
  field.hidden = true;
  field.after(view.dom);
  if (line > 0) goTo(view, line);

  return {
    lookAgain() {
      stale = true;
      view.dispatch({});
      stale = false;
      forceLinting(view);
    },
  };
}

function goTo(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}

/** A problem is marked from its place to the end of its line. */
function toDiagnostics(doc: Text, problems: readonly Problem[]): Diagnostic[] {
  return problems.map(({ line, column, message }) => {
    const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
    const start = Math.min(from + Math.max(0, column - 1), to);
    return { from: start, to: Math.max(start, to), severity: "error", message };
  });
}

function describe(view: EditorView, position: number) {
  const found = describeAt(view.state, position);
  if (found === undefined) return null;
  return {
    pos: found.from,
    end: found.to,
    create() {
      const dom = document.createElement("div");
      dom.className = "cm-hint";
      dom.textContent = found.text;
      return { dom };
    },
  };
}

/**
 * What keeps a text from being YAML: each error once, at the place where it begins, with what to do. The reader itself stops
 * making sense after the first, so each is mended in a copy, and the rest read again.
 */
import { type Document, isAlias, isCollection, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";

export interface YamlError {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Finding extends YamlError {
  /** The line that the copy has instead, by number. */
  readonly mended: readonly [line: number, text: string];
}

/** Of one file; who has more mends these first. */
const MOST = 10;
/** A longer text is read once only: reading takes longer the more errors there are. */
const LONG = 20_000;

/** @param document what the text was read as. @returns nothing where it is YAML that a mapping can be made of */
export function yamlErrors(text: string, document: Document, counter: LineCounter): YamlError[] {
  const found: YamlError[] = [];
  const lines = text.split("\n");
  let [read, places] = [document, counter];
  while (found.length < MOST) {
    const next = firstOf(read, places, lines);
    if (next === undefined) break;
    const { mended, ...error } = next;
    found.push(error);
    const [line, instead] = mended;
    if (text.length > LONG || lines[line - 1] === instead) break;
    lines[line - 1] = instead;
    places = new LineCounter();
    read = readDocument(lines.join("\n"), places);
  }
  return found;
}

export function readDocument(text: string, lineCounter: LineCounter): Document {
  // Each pretty error copies the line it is in; a line may have tens of thousands.
  return parseDocument(text, { lineCounter, uniqueKeys: true, merge: false, prettyErrors: false, logLevel: "error" });
}

function firstOf(document: Document, counter: LineCounter, lines: readonly string[]): Finding | undefined {
  const [error] = document.errors;
  if (error === undefined) return unquoted(document, counter, lines);
  const at = counter.linePos(error.pos[0]);
  const where: Where = { lines, line: at.line, column: at.col, text: lines[at.line - 1] ?? "" };
  return (
    mark(where) ??
    blanks(where) ??
    opened(where, document, counter, error.pos[0], error.message) ??
    written(where, error.code) ??
    indented(where, error.code) ?? {
      ...placed(
        where,
        "this cannot be read as YAML; write each line as `key: value`, the keys of a block under each other",
      ),
      // What is not understood cannot be mended, and what follows may be in order but for it.
      mended: [where.line, where.text],
    }
  );
}

interface Where {
  readonly lines: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

function placed({ line, column }: Pick<Where, "line" | "column">, message: string): YamlError {
  return { line, column, message };
}

/** The key without its value, or nothing. */
function emptied(text: string): string {
  const [key = ""] = /^\s*(?:- )?[\w.-]+:(?=\s)/.exec(text) ?? [];
  const instead = key === "" ? "" : `${key} ""`;
  return instead === text ? "" : instead;
}

/** What version control leaves where two people changed the same lines. */
function mark(where: Where): Finding | undefined {
  const [sign] = /^(?:<{7}|={7}|>{7})/.exec(where.text) ?? [];
  if (sign === undefined) return undefined;
  const message = `\`${sign}\` is a mark of two versions that were merged; keep one of them, and take the marks out`;
  return { ...placed({ ...where, column: 1 }, message), mended: [where.line, ""] };
}

function blanks(where: Where): Finding | undefined {
  const [lead = ""] = /^\s*/.exec(where.text) ?? [];
  const odd = lead.search(/[^ ]/);
  if (odd < 0 || where.text.trim() === "") return undefined;
  const what = lead.includes("\t") ? "a tab" : "a blank of another kind, as web pages have it";
  const message = `the line begins with ${what}; YAML wants blanks of the space bar`;
  const above = where.lines.slice(0, where.line - 1).findLast(isSaying) ?? "";
  const depth = indentOf(above) + (opensBlock(above) ? 2 : 0);
  return {
    ...placed({ ...where, column: odd + 1 }, message),
    mended: [where.line, " ".repeat(depth) + where.text.trim()],
  };
}

const CLOSING: Readonly<Record<string, string>> = { "{": "}", "[": "]", '"': '"', "'": "'" };

/** A quote or a bracket that is never closed is found at its end; it begins where it was opened. */
function opened(
  { lines }: Where,
  document: Document,
  counter: LineCounter,
  end: number,
  reason: string,
): Finding | undefined {
  if (!/Missing closing|must end with|must be sufficiently indented and end/.test(reason)) return undefined;
  const isQuote = reason.startsWith("Missing closing");
  let start: number | undefined;
  visit(document, {
    Node(_key, node: Node) {
      const from = node.range?.[0];
      const fits = isQuote
        ? isScalar(node) && /^QUOTE/.test(node.type ?? "")
        : isCollection(node) && node.flow === true;
      if (from !== undefined && from < end && fits) start = Math.max(start ?? 0, from);
    },
  });
  if (start === undefined) return undefined;
  const { line, col } = counter.linePos(start);
  const text = lines[line - 1] ?? "";
  const sign = text[col - 1] ?? "";
  const hidden = /\s#/.test(text.slice(col)) ? "; what follows ` #` is a comment and needs quotes to be said" : "";
  const message = `\`${sign}\` is opened here and not closed; add \`${CLOSING[sign] ?? sign}\`${hidden}`;
  return { line, column: col, message, mended: [line, emptied(text)] };
}

const SMART = /[“”„‘’]/;

/** Of one line alone: what has to be written another way. */
function written(where: Where, code: string): Finding | undefined {
  const { text, line, column } = where;
  const say = (message: string, at = column): Finding => ({
    ...placed({ line, column: at }, message),
    mended: [line, emptied(text)],
  });
  if (code === "DUPLICATE_KEY") {
    const [key] = /^["']?[\w.-]+/.exec(text.slice(column - 1)) ?? [];
    if (key === undefined) return header(where);
    const message = `\`${key.replace(/^["']/, "")}\` is given twice; keep one of them`;
    const renamed = `${text.slice(0, column - 1)}again${line}_${column}_${text.slice(column - 1)}`;
    return { ...placed(where, message), mended: [line, renamed] };
  }
  if (code === "MULTIPLE_DOCS")
    return { ...say("`---` begins another file; give each a file of its own"), mended: [line, text] };
  const smart = text.search(SMART);
  if (smart >= 0) return say(`${text[smart]} is a quote for print; type " or ' instead`, smart + 1);
  if (code === "BAD_SCALAR_START") {
    const sign = text[column - 1];
    const whole = sign === "%" ? "{% … %}" : `${sign}…`;
    return say(`a value that begins with \`${whole.slice(0, 2).replace("…", "")}\` needs quotes around it: '${whole}'`);
  }
  const [, before = "", after = ""] = /^(\s*(?:- )?[\w.-]+:)(\S.*)$/.exec(text) ?? [];
  if (before !== "") {
    const message = `a colon needs a blank after it: \`${before.trim()} ${after}\``;
    return { ...placed(where, message), mended: [line, `${before} ${after}`] };
  }
  const filters = text.indexOf("|");
  if (filters >= 0 && /:\s/.test(text.slice(filters))) {
    return say("an expression with a colon in it needs single quotes around it: '…'");
  }
  return undefined;
}

/** A head that stands as deep as what belongs into it, so that its keys are those of the block before it. */
function header({ line, text }: Where): Finding {
  const depth = Math.max(0, indentOf(text) - 2);
  const message = `what belongs into \`${text.trim()}\` is not indented more than it; give this line ${depth} blanks`;
  return { line, column: indentOf(text) + 1, message, mended: [line, " ".repeat(depth) + text.trim()] };
}

/** Of lines that do not stand under each other. */
function indented(where: Where, code: string): Finding | undefined {
  const { lines, line, text } = where;
  const put = (at: number, depth: number, message: string): Finding => {
    const culprit = lines[at - 1] ?? "";
    const column = indentOf(culprit) + 1;
    return { line: at, column, message, mended: [at, " ".repeat(depth) + culprit.trim()] };
  };
  if (code === "BLOCK_AS_IMPLICIT_KEY") {
    const next = lines.findIndex((one, index) => index >= line && isSaying(one)) + 1;
    const [own, below] = [indentOf(text), indentOf(lines[next - 1] ?? "")];
    if (next === 0 || below <= own) return undefined;
    const block = lines.slice(0, line - 1).filter(isSaying);
    const inner = block.slice(block.findLastIndex((one) => indentOf(one) <= own) + 1);
    return inner.some((one) => indentOf(one) === below)
      ? put(line, below, `this line is indented less than those it stands with; give it ${below} blanks`)
      : put(next, own, `this line is indented more than the one it stands with; give it ${own} blanks`);
  }
  if (code !== "BAD_INDENT") return undefined;
  const above = lines.findLastIndex((one, index) => index < line - 1 && isSaying(one)) + 1;
  const saying = lines[above - 1] ?? "";
  if (/^\s*\{[{%]/.test(saying) || /^\s*\{[{%]/.test(text)) return overLines(lines, line);
  if (saying.trim().startsWith("- ")) {
    const message = "a line that begins with `-` is one of a list; take the `-` away";
    const column = indentOf(saying) + 1;
    return { line: above, column, message, mended: [above, saying.replace("- ", "")] };
  }
  const head = lines.slice(0, above - 1).findLast(isSaying) ?? "";
  if (opensBlock(head) && indentOf(head) >= indentOf(saying)) {
    return put(above, indentOf(text), `this line belongs into \`${head.trim()}\`; give it ${indentOf(text)} blanks`);
  }
  const depth = indentOf(saying);
  return put(line, depth, `this line is indented otherwise than those it stands with; give it ${depth} blanks`);
}

/** A text of several lines without the sign that makes it one. */
function overLines(lines: readonly string[], from: number): Finding | undefined {
  const key = lines.findLastIndex((one, index) => index < from && /^\s*[\w.-]+:\s*$/.test(one)) + 1;
  if (key === 0) return undefined;
  const text = lines[key - 1]?.trimEnd() ?? "";
  const message = `a text of several lines needs \`>-\` after its key: \`${text.trim()} >-\``;
  return { line: key, column: indentOf(text) + 1, message, mended: [key, `${text} >-`] };
}

/** What is YAML, and says something else than whoever wrote it meant. */
function unquoted(document: Document, counter: LineCounter, lines: readonly string[]): Finding | undefined {
  const found: { node: Node; message: string }[] = [];
  const needsQuotes = (sign: string): string =>
    `a value that begins with \`${sign}\` needs quotes around it: '${sign}…'`;
  visit(document, {
    Node(key, node: Node) {
      if (key === "key" && isCollection(node)) found.push({ node, message: needsQuotes("{{") });
      if (isAlias(node) && node.resolve(document) === undefined) found.push({ node, message: needsQuotes("*") });
      if (isScalar(node) && node.tag?.startsWith("!") === true) found.push({ node, message: needsQuotes("!") });
    },
  });
  const [first] = found;
  if (first !== undefined) {
    const { line, col } = counter.linePos(first.node.range?.[0] ?? 0);
    const { message } = first;
    return { line, column: col, message, mended: [line, emptied(lines[line - 1] ?? "")] };
  }
  const old = lines.findIndex((line) => /^%YAML\s+1\.[01]/.test(line)) + 1;
  if (old === 0) return undefined;
  const message = "mappings are YAML 1.2, in which `on`, `yes` and `no` are words; take this line out";
  return { line: old, column: 1, message, mended: [old, "%YAML 1.2"] };
}

function isSaying(line: string): boolean {
  return line.trim() !== "" && !line.trim().startsWith("#");
}

/** A key whose value stands in the lines below. */
function opensBlock(line: string): boolean {
  const [said = ""] = line.split("#");
  return said.trimEnd().endsWith(":");
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

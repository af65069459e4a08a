/** Reads what the playground's form asks for, and tries it. */
import type { AdminDeps } from "../deps.ts";
import { PageError, type PageRequest } from "../page.ts";
import { findSample } from "./sample.ts";
import { type Tried, tryMapping } from "./try-mapping.ts";

export interface TrialOutcome {
  readonly file: string;
  readonly crm: string | undefined;
  readonly text: string;
  readonly textInForce: string;
  readonly query: string;
  readonly pasted: string;
  readonly tried: Tried;
}

/** A browser sends a text field's lines with CRLF. */
export function editedYaml(form: URLSearchParams): string {
  return withoutReturns(form.get("yaml") ?? "");
}

function withoutReturns(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/** @throws PageError when the form names a file that is not in force */
export function fileInForce({ mappings }: AdminDeps, form: URLSearchParams): { file: string; text: string } {
  const source = mappings.current().texts.find(({ file }) => file === form.get("file"));
  if (source !== undefined) return source;
  throw new PageError(409, "This file is not in force any more. Go to Mappings and choose again.");
}

/** @throws PageError when the form names a file that is not in force */
export async function runTrial(
  deps: AdminDeps,
  { form, concerns }: Pick<PageRequest, "form" | "concerns">,
): Promise<TrialOutcome> {
  const { set } = deps.mappings.current();
  const source = fileInForce(deps, form);
  const { file } = source;
  const inForce = set.mappings.find((mapping) => mapping.file === file);
  const text = editedYaml(form);
  const query = form.get("sample") ?? "";
  const pasted = form.get("pasted") ?? "";
  const sample = await findSample(deps, inForce?.crm, pasted, query, concerns);
  const asksCrm = form.get("check") === "crm";
  const connector = asksCrm ? deps.crms.find(({ crm }) => crm === inForce?.crm)?.connector : undefined;
  const tried = await tryMapping({ file, text, sample, set, crms: deps.crms.map(({ crm }) => crm), connector });
  return { file, crm: inForce?.crm, text, textInForce: withoutReturns(source.text), query, pasted, tried };
}

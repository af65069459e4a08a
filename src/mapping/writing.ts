/** The write rules of a mapping: which one a field has, and where a value stands in the order of `forward`. */
import type { FieldValue } from "../../connectors/connector.ts";
import type { Compilation } from "./compile-text.ts";
import type { DetailedField } from "./field-schema.ts";
import type { FieldRule } from "./mapping.ts";
import type { DefaultWrite, Writing } from "./plan.ts";
import { nearest } from "./problems.ts";
import type { Path } from "./yaml-source.ts";

/** @returns undefined when it is none of the order's; CRMs compare such values whatever their case */
export function stepOf(order: readonly string[], value: FieldValue): number | undefined {
  const step = order.map(comparable).indexOf(comparable(value));
  return step === -1 ? undefined : step;
}

function comparable(value: FieldValue): string {
  return String(value).trim().toLowerCase();
}

/** The rule of a field, or of its section or file where it has none. */
export function compileWriting(
  { source, problems }: Compilation,
  { write: own, order, blank }: DetailedField,
  path: Path,
  unsaid: DefaultWrite,
): Writing {
  const say = (key: string, message: string) => problems.push(source.problem([...path, key], message));
  const write = own ?? unsaid;
  if (write !== "forward") {
    if (order !== undefined) say("order", "`order` says what `write: forward` goes by; add that, or take `order` out");
    return { write };
  }
  if (order === undefined) {
    say("write", "`forward` needs to know which value comes after which: `order: [lead, opportunity, customer]`");
  }
  const steps = (order ?? []).map(String);
  const twice = steps.find((step, index) => stepOf(steps, step) !== index);
  if (twice !== undefined) say("order", `"${twice}" stands in the order twice; it can come at one place only`);
  if (blank === "clear") say("blank", "`forward` never goes back to nothing; take `blank: clear` out");
  return { write, order: steps };
}

/** Values that the file itself shows, and that `forward` would never write. */
export function checkSteps({ source, problems }: Compilation, rule: FieldRule, path: Path): void {
  if (rule.write !== "forward" || rule.order.length === 0) return;
  const { order, value } = rule;
  for (const one of "constant" in value ? [value.constant] : (value.facts.values ?? [])) {
    if (one === null || stepOf(order, one) !== undefined) continue;
    const [near] = nearest(String(one), order);
    const hint = near === undefined ? "add it where it belongs" : `did you mean "${near}"?`;
    problems.push(source.problem(path, `"${one}" is not in the \`order\`, so that it is never written; ${hint}`));
  }
}

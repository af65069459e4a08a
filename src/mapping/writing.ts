/** The write rules of a mapping: which one a field has, and where a value stands in the order of `forward`. */
import type { FieldValue } from "../../connectors/connector.ts";
import type { Compilation } from "./compile-text.ts";
import type { DetailedField } from "./field-schema.ts";
import type { FieldRule } from "./mapping.ts";
import type { DefaultWrite, Owner, Writing } from "./plan.ts";
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

/** What a section or file says of all its fields. */
interface Unsaid {
  readonly write?: DefaultWrite | undefined;
  readonly owner?: Owner | undefined;
}

/** The rule of a field, or of its section or file where it has none. */
export function compileWriting(
  { source, problems }: Compilation,
  { write: own, owner, order, blank }: DetailedField,
  path: Path,
  unsaid: Unsaid,
): Writing & { readonly owner: Owner } {
  const say = (key: string, message: string) => problems.push(source.problem([...path, key], message));
  const write = own ?? unsaid.write ?? "always";
  // A rule that keeps a person's word is the nearer one: an owner that was said for all fields says nothing of it.
  if (write !== "always") return { ...compileKeeping(write, { order, blank }, say, owner), owner: "report" };
  if (order !== undefined) say("order", ORDER_ALONE);
  return ownedBy(owner ?? unsaid.owner ?? "report");
}

const ORDER_ALONE = "`order` says what `write: forward` goes by; add that, or take `order` out";

function ownedBy(owner: Owner): Writing & { readonly owner: Owner } {
  return { write: owner === "crm" || owner === "ask" ? "unless_edited" : "always", owner };
}

/** An owner beside a rule that says already what becomes of a person's word. */
export function checkOwner({ source, problems }: Compilation, { write = "always", owner }: Unsaid, path: Path): void {
  if (owner !== undefined && write !== "always")
    problems.push(source.problem([...path, "owner"], ownerWith(write, owner)));
}

function ownerWith(write: Writing["write"], owner: Owner): string {
  return `\`write: ${write}\` says already what becomes of an edit in the CRM, so that \`owner: ${owner}\` would say nothing; take \`owner\` out, or say \`write: always\` beside it`;
}

function compileKeeping(
  write: Exclude<Writing["write"], "always">,
  { order, blank }: Pick<DetailedField, "order" | "blank">,
  say: (key: string, message: string) => void,
  owner: Owner | undefined,
): Writing {
  if (owner !== undefined) say("owner", ownerWith(write, owner));
  if (write !== "forward") {
    if (order !== undefined) say("order", ORDER_ALONE);
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

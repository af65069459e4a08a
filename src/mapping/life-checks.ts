/** What becomes of a booking's record when it is cancelled or moved: whether the section can mean that. */
import type { Compilation } from "./compile-text.ts";
import type { FieldRule, Section } from "./mapping.ts";
import type { SectionFile } from "./section-schema.ts";
import type { Path } from "./yaml-source.ts";

/** Only a booking is cancelled, and what is deleted then is not written as well. */
export function checkCancelled({ source, problems }: Compilation, file: SectionFile, path: Path): void {
  if (file.cancelled !== "delete") return;
  const say = (at: Path, message: string) => problems.push(source.problem(at, message));
  if (file.per !== "booking") {
    const message = "`cancelled` is for sections with `per: booking`; only a booking is cancelled";
    say([...path, "cancelled"], `${message}, and a ${file.per} has others`);
  }
  if (file.on?.cancelled !== undefined) {
    const message =
      "`on: cancelled` is never written, since `cancelled: delete` deletes the record; take one of them out";
    say([...path, "on", "cancelled"], message);
  }
}

/** What is left behind has to be told from what is planned, also once the booking is moved back to where it was. */
export function checkMoved(
  { source, problems }: Compilation,
  file: SectionFile,
  path: Path,
  { fields, on: { cancelled } }: Pick<Section, "fields" | "on">,
): void {
  if (file.moved !== "new_record") return;
  const say = (at: Path, message: string) => problems.push(source.problem(at, message));
  if (file.per !== "booking") {
    say([...path, "moved"], `\`moved\` is for sections with \`per: booking\`; a ${file.per} is not moved`);
    return;
  }
  if (file.cancelled === "delete") return;
  if (cancelled === undefined) {
    const message =
      "`moved: new_record` leaves the former record as `on: cancelled` says, and this section does not say it; add `on: cancelled`";
    say([...path, "moved"], message);
  }
  const base = new Map(fields.map((rule) => [rule.field, rule]));
  for (const rule of cancelled ?? []) {
    const why = whyNotBack(rule, base.get(rule.field));
    if (why !== undefined) say([...path, "on", "cancelled", rule.field], why);
  }
}

function whyNotBack({ field, write, owner }: FieldRule, base: FieldRule | undefined): string | undefined {
  const so = `so with \`moved: new_record\` the record of a booking that is moved back to a former time would stay cancelled`;
  if (base === undefined) return `\`${field}\` is not among \`fields\`, ${so}; say there what it is otherwise`;
  if (write === "always" && base.write === "always") return undefined;
  const keeper = [owner, base.owner].find((one) => one === "crm" || one === "ask");
  if (keeper !== undefined)
    return `\`owner: ${keeper}\` keeps an edit of \`${field}\`, ${so}; give it another owner here and among \`fields\``;
  return `\`${field}\` is not always written, ${so}; give it \`write: always\` here and among \`fields\``;
}

/**
 * What becomes of a record's fields, whatever happens to them in whatever order: written from docs/mappings.md ("Who owns a
 * field") and docs/reconcile.md ("Field by field"), and from nothing of `src`.
 */

/** `once`: `write: on_create`. `kept`: `write: unless_edited`. The others are owners. */
export type Rule = "bookingbug" | "crm" | "ask" | "report" | "once" | "kept";

export interface Field {
  readonly rule: Rule;
  /** What BookingBug says now. */
  says: string;
  /** What we last wrote; undefined where we have written nothing to this record. */
  wrote: string | undefined;
  /** What the CRM holds. */
  holds: string;
  /** What somebody has said may be written over, until something is. */
  granted: readonly string[];
  /** What BookingBug said when somebody left the field to the CRM. */
  leftAt: string | undefined;
}

/** Whose fields, or where the record went. */
export interface Model {
  readonly fields: Map<string, Field>;
  state: "there" | "deleted" | "merged";
  /** What was typed into whoever it was merged into. */
  survivor: ReadonlyMap<string, string>;
  /** As the last round has listed it. */
  listed: Listed;
}

export type Listed =
  | { readonly kind: "nothing" }
  | { readonly kind: "deleted" }
  | { readonly kind: "merged" }
  | { readonly kind: "drifted"; readonly fields: ReadonlyMap<string, ListedField> };

export interface ListedField {
  readonly asks: "write_back" | "hold" | "leave" | "report";
  readonly says: string;
  readonly holds: string;
}

/** What a person typed, and was written over. */
export interface Overwritten {
  readonly field: string;
  readonly rule: Rule;
  readonly typed: string;
  readonly wasListed: boolean;
}

export function newModel(rules: Readonly<Record<string, Rule>>, says: ReadonlyMap<string, string>): Model {
  const fields = Object.entries(rules).map(([name, rule]): [string, Field] => {
    const value = says.get(name) ?? "";
    return [name, { rule, says: value, wrote: value, holds: value, granted: [], leftAt: undefined }];
  });
  return { fields: new Map(fields), state: "there", survivor: new Map(), listed: { kind: "nothing" } };
}

/** "How a CRM spells a value does not make it another one": blanks around it, e-mails in small letters, instants. */
export function isSame(a: string | undefined, b: string): boolean {
  if (a === undefined) return false;
  if (a.trim() === b.trim()) return true;
  if (a.includes("@")) return a.trim().toLowerCase() === b.trim().toLowerCase();
  const [one, other] = [a, b].map((text) => (/^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN));
  return one !== undefined && one === other;
}

/** A pass that says this of the fields. @returns what people typed and it wrote over */
export function pass(model: Model, says: ReadonlyMap<string, string>): Overwritten[] {
  const news = [...model.fields].filter(([name, field]) => says.has(name) && says.get(name) !== field.says);
  for (const [name, field] of news) field.says = says.get(name) ?? "";
  const written = news.filter(([, { rule }]) => rule !== "once");
  if (written.length === 0) return [];
  if (model.state !== "there") return renew(model);
  return written.flatMap(([name, field]) => (mayWrite(field) ? write(model, name, field) : leave(model, name, field)));
}

/** What somebody is to be asked about is asked at once, and anew of another value of BookingBug's. */
function leave(model: Model, name: string, field: Field): [] {
  // What somebody has said may be written over is a person's again once it was not there to be.
  Object.assign(field, { leftAt: undefined, granted: [] });
  if (field.rule !== "ask") return [];
  const { says, holds } = field;
  model.listed = { kind: "drifted", fields: new Map(listedOf(model)).set(name, { asks: "hold", says, holds }) };
  return [];
}

function listedOf({ listed }: Model): ReadonlyMap<string, ListedField> {
  return listed.kind === "drifted" ? listed.fields : new Map();
}

/** Nobody is asked about it any more. */
function settle(model: Model, name: string): void {
  const fields = new Map(listedOf(model));
  if (!fields.delete(name)) return;
  model.listed = fields.size === 0 ? { kind: "nothing" } : { kind: "drifted", fields };
}

/** What was deleted is made again, and what was merged goes on in the one that is left. */
export function renew(model: Model): Overwritten[] {
  const isMerged = model.state === "merged";
  model.state = "there";
  model.listed = { kind: "nothing" };
  return [...model.fields].flatMap(([name, field]) => {
    Object.assign(field, { leftAt: undefined, wrote: undefined, granted: [] });
    field.holds = isMerged ? (model.survivor.get(name) ?? "") : "";
    const isMade = !isMerged || (field.rule !== "once" && mayWrite(field));
    if (isMade) return write(model, name, field);
    return field.rule === "once" ? [] : leave(model, name, field);
  });
}

/** Whether the field is written once BookingBug says something new. */
function mayWrite({ rule, holds, wrote, says, granted }: Field): boolean {
  switch (rule) {
    case "bookingbug":
    case "report":
      return true;
    case "once":
      return false;
    default:
      return holds === "" || [wrote, says, ...granted].some((one) => isSame(one, holds));
  }
}

function write(model: Model, name: string, field: Field): Overwritten[] {
  const { listed } = model;
  const { holds, wrote, says, rule } = field;
  Object.assign(field, { holds: says, wrote: says, granted: [] });
  if (rule === "ask") settle(model, name);
  if (holds === "" || isSame(wrote, holds) || isSame(says, holds)) return [];
  const told = listed.kind === "drifted" ? listed.fields.get(name) : undefined;
  return [{ field: name, rule, typed: holds, wasListed: told !== undefined && isSame(told.holds, holds) }];
}

export function look(model: Model): Listed {
  if (model.state === "there") for (const field of model.fields.values()) follow(field);
  model.listed = listedNow(model);
  return model.listed;
}

/** Who types what BookingBug says has edited nothing: it counts as written by us from then on. */
function follow(field: Field): void {
  const { says, wrote, holds, granted } = field;
  const isOurs = [wrote, ...granted].some((one) => isSame(one, holds));
  if (!isOurs && isSame(says, holds)) Object.assign(field, { wrote: says, granted: [] });
}

function listedNow({ fields, state }: Model): Listed {
  if (state !== "there") return { kind: state };
  const listed = [...fields].flatMap(([name, field]): [string, ListedField][] => {
    const asks = askedOf(field);
    return asks === undefined ? [] : [[name, { asks, says: field.says, holds: field.holds }]];
  });
  return listed.length === 0 ? { kind: "nothing" } : { kind: "drifted", fields: new Map(listed) };
}

function askedOf(field: Field): ListedField["asks"] | undefined {
  const { rule, says, wrote, holds, granted } = field;
  const isOver = [says, wrote, ...granted].some((one) => isSame(one, holds));
  // Who takes an edit back takes the question back, too: the next edit is another one.
  if (isOver || field.leftAt !== says) field.leftAt = undefined;
  if (isOver) return undefined;
  switch (rule) {
    case "bookingbug":
      return "write_back";
    case "report":
      return "report";
    case "ask":
      return field.leftAt === undefined ? "hold" : "leave";
    case "kept":
      // Nobody typed anything there: the next change fills it.
      return holds === "" ? "report" : undefined;
    default:
      return undefined;
  }
}

/** What is listed as BookingBug's is written back, over whatever is there by now. */
export function repaired(model: Model): Overwritten[] {
  const { listed } = model;
  if (listed.kind === "nothing") return [];
  if (listed.kind !== "drifted") return model.state === "there" ? [] : renew(model);
  const asked = [...listed.fields].filter(([, { asks }]) => asks === "write_back").map(([name]) => name);
  if (asked.length > 0 && model.state !== "there") return renew(model);
  return asked.flatMap((name) => writeField(model, name));
}

function writeField(model: Model, name: string): Overwritten[] {
  const field = model.fields.get(name);
  return field === undefined ? [] : write(model, name, field);
}

/** Fields of which somebody may say whose word counts. */
export function askedIn({ listed }: Model): string[] {
  if (listed.kind !== "drifted") return [];
  return [...listed.fields].filter(([, { asks }]) => asks === "hold" || asks === "leave").map(([name]) => name);
}

/** Who takes BookingBug's word has seen what the list shows: what was typed since is kept. */
export function decided(model: Model, name: string, take: "bookingbug" | "crm"): Overwritten[] {
  const field = model.fields.get(name);
  const { listed } = model;
  const told = listed.kind === "drifted" ? listed.fields.get(name) : undefined;
  if (field === undefined || told === undefined || listed.kind !== "drifted") return [];
  // Until it is written nobody can say otherwise.
  const asks = take === "crm" ? "leave" : "write_back";
  model.listed = { kind: "drifted", fields: new Map(listed.fields).set(name, { ...told, asks }) };
  field.leftAt = take === "crm" ? told.says : undefined;
  if (take === "crm") return [];
  if (model.state !== "there") return renew(model);
  field.granted = [...field.granted, told.holds];
  return mayWrite(field) ? write(model, name, field) : leave(model, name, field);
}

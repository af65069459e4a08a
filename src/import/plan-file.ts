/**
 * A plan as a file: a line of JSON for what was asked, one for each purchase, one for its end. It holds numbers of BookingBug's and
 * what would become of each record, and nothing that a person is known by.
 */
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { z } from "zod";
import { digest } from "../redis/keys.ts";

const id = z.string().regex(/^\d{1,18}$/);
const name = z.string().min(1).max(200);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/**
 * `known`: the record is there and ours. `held`: several match, and a person has to pick. `waiting`: it links to one that is held.
 * `failing`: the mapping cannot say what it is.
 */
export const VERDICTS = ["created", "adopted", "known", "held", "waiting", "failing"] as const;
export type Verdict = (typeof VERDICTS)[number];

const planned = z.object({ key: name, section: name, object: name, verdict: z.enum(VERDICTS) });
export type PlannedRecord = Readonly<z.infer<typeof planned>>;

const header = z.object({
  kind: z.literal("import_plan"),
  format: z.literal(1),
  id: z.uuid(),
  companies: z.array(name).min(1).max(1_000),
  choice: z.object({
    from: day,
    to: day,
    madeAt: z.iso.datetime(),
    withPast: z.boolean(),
    withCancelled: z.boolean(),
  }),
  /** Of the mappings that it was made with. */
  mappings: name,
  crms: z.array(name).min(1).max(20),
});
export type PlanHeader = Readonly<z.infer<typeof header>>;

const purchase = z.object({
  kind: z.literal("purchase"),
  id,
  company: name,
  child: name.optional(),
  /** To be imported. */
  bookings: z.array(id).min(1).max(1_000),
  /** Of the same purchase and not to be. */
  leftOut: z.array(id).max(1_000),
  /** By CRM. */
  records: z.record(name, z.array(planned).max(2_000)),
});
export type PlannedPurchase = Readonly<z.infer<typeof purchase>>;

const end = z.object({ kind: z.literal("end"), purchases: z.int().nonnegative() });
const line = z.discriminatedUnion("kind", [header, purchase, end]);

/** It cannot be carried out; the message says what to do. */
export class ImportRefusedError extends Error {
  readonly kind = "import_refused";
  override readonly name = "ImportRefusedError";
}

const MOST_PURCHASES = 500_000;
const LONGEST_LINE = 256 * 1_024;

export interface PlanWriter {
  add(purchase: PlannedPurchase): Promise<void>;
  /** It is there from then on, and not before. */
  finish(): Promise<void>;
  /** Nothing of it is left. */
  discard(): Promise<void>;
}

export async function writePlan(path: string, head: PlanHeader): Promise<PlanWriter> {
  const unfinished = `${path}.part`;
  const file = await open(unfinished, "w", 0o600);
  let purchases = 0;
  const write = (what: z.infer<typeof line>): Promise<unknown> => file.write(`${JSON.stringify(what)}\n`);
  await write(head);
  return {
    async add(one) {
      purchases += 1;
      if (purchases > MOST_PURCHASES) {
        throw new ImportRefusedError(`A plan holds ${MOST_PURCHASES} purchases: make one for fewer days with --to.`);
      }
      await write(one);
    },
    async finish() {
      await write({ kind: "end", purchases });
      await file.sync();
      await file.close();
      await rename(unfinished, path);
    },
    async discard() {
      await file.close().catch(() => {});
      await rm(unfinished, { force: true });
    },
  };
}

export interface Plan {
  readonly header: PlanHeader;
  readonly total: number;
  /** From the file, one at a time, again with each call. @param skip how many to leave out */
  purchases(skip?: number): AsyncGenerator<PlannedPurchase, void, undefined>;
}

/** Looks through the whole of it. @throws ImportRefusedError when it is no plan, or not all of one */
export async function openPlan(path: string): Promise<Plan> {
  const lines = parsed(path);
  const first = (await lines.next()).value;
  if (first?.kind !== "import_plan") throw noPlan(path, "it does not begin as one");
  let total = 0;
  let ended = false;
  for await (const one of lines) {
    if (ended || one.kind === "import_plan") throw noPlan(path, "lines are out of place");
    if (one.kind === "purchase") total += 1;
    if (total > MOST_PURCHASES) throw noPlan(path, "it is too long");
    if (one.kind !== "end") continue;
    if (one.purchases !== total) throw noPlan(path, "purchases are missing");
    ended = true;
  }
  if (!ended) throw noPlan(path, "it has no end");
  return {
    header: first,
    total,
    async *purchases(skip = 0) {
      let index = 0;
      for await (const one of parsed(path)) {
        if (one.kind !== "purchase") continue;
        index += 1;
        if (index > skip) yield one;
      }
    },
  };
}

/** Under which name its progress is kept. */
export function planName({ header }: Plan): string {
  return `import ${digest(JSON.stringify(header))}`;
}

async function* parsed(path: string): AsyncGenerator<z.infer<typeof line>, void, undefined> {
  for await (const text of textLines(path)) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw noPlan(path, "a line is not JSON");
    }
    const { data } = line.safeParse(value);
    if (data === undefined) throw noPlan(path, "a line is not as this version writes it");
    yield data;
  }
}

async function* textLines(path: string): AsyncGenerator<string, void, undefined> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, "utf8")) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE) throw noPlan(path, "a line is too long");
      yield* lines;
    }
  } catch (error) {
    if (error instanceof ImportRefusedError) throw error;
    throw new ImportRefusedError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (rest !== "") throw noPlan(path, "its last line broke off");
}

function noPlan(path: string, why: string): ImportRefusedError {
  return new ImportRefusedError(
    `${path} is no whole plan: ${why}. Make it again with crm-sync import --from … --plan FILE.`,
  );
}

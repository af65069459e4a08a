/** A test of a mapping, as it stands in a file beside it: what BookingBug said, and what the mapping is to write of it. */
import { z } from "zod";
import type { FieldValue } from "../../connectors/connector.ts";
import { ARRIVAL_ROUTES, type ArrivalRoute } from "../booking/types.ts";
import type { MappingText } from "./parse-all.ts";
import { MappingFileError, type MappingProblem } from "./problems.ts";
import { type Path, readYaml, type YamlSource } from "./yaml-source.ts";

const body = z.union([z.string(), z.record(z.string(), z.unknown())], {
  error: "expected a notification, or the name of a JSON file beside this one",
});
const step = z.strictObject({
  body,
  route: z.enum(ARRIVAL_ROUTES).optional(),
  at: z.iso.datetime({ offset: true, error: "expected a time such as 2017-03-07T09:30:31Z" }).optional(),
});
const value = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: "expected a text, a number, true or false, or null for a field that is emptied",
});
const names = z.array(z.string());

const testFile = z.strictObject({
  about: z.string().min(1).optional(),
  crm: z.string().min(1),
  mapping: z.string().min(1).optional(),
  notification: body.optional(),
  history: z.array(step).min(1, { error: "expected at least one notification" }).optional(),
  writes: z.record(z.string(), z.record(z.string(), value)).optional(),
  absent: z.record(z.string(), names).optional(),
  skipped: names.optional(),
  match: z.enum(["partial", "exact"]).optional(),
});

/** One notification of a purchase's history. */
export interface TestStep {
  readonly body: unknown;
  readonly route: ArrivalRoute;
  /** ISO: when it arrived. */
  readonly at: string;
}

export interface MappingTest {
  readonly file: string;
  /** What it shows, for a heading. */
  readonly about: string;
  readonly crm: string;
  /** The name of the mapping file that is meant; undefined for the one in force for the purchase's company. */
  readonly mapping: string | undefined;
  readonly history: readonly TestStep[];
  /** By section, or `section:id` where a purchase has several records of it. */
  readonly writes: Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;
  readonly absent: Readonly<Record<string, readonly string[]>>;
  readonly skipped: readonly string[];
  /** Whether nothing else may be written. */
  readonly exact: boolean;
}

/** The first of them arrives here, the others a minute apart, unless a test says when. */
const FIRST_ARRIVAL = Date.parse("2000-01-01T00:00:00Z");

/**
 * @param beside the texts of the JSON files in the same folder, by name
 * @throws MappingFileError with every problem of the file
 */
export function parseTest({ file, text }: MappingText, beside: ReadonlyMap<string, string>): MappingTest {
  const source = readYaml(text, file, keysAt);
  const parsed = testFile.safeParse(source.data);
  if (!parsed.success) throw new MappingFileError(parsed.error.issues.flatMap((issue) => source.describeIssue(issue)));
  const { about, crm, mapping, notification, history, writes = {}, absent = {}, skipped = [], match } = parsed.data;
  const problems: MappingProblem[] = [];
  if ((notification === undefined) === (history === undefined))
    problems.push(source.problem([], "a test has either `notification`, or `history` for several"));
  if (Object.keys({ ...writes, ...absent }).length + skipped.length === 0 && match !== "exact")
    problems.push(source.problem([], "the test expects nothing; give it `writes`, `absent` or `skipped`"));
  const steps: readonly z.infer<typeof step>[] = history ?? [{ body: notification ?? {} }];
  const bodyAt = (index: number): Path => (history === undefined ? ["notification"] : ["history", index, "body"]);
  const read = steps.map(({ body, route = "bookings", at }, index) => ({
    body: typeof body === "string" ? bodyIn(body, beside, source, bodyAt(index), problems) : body,
    route,
    at: at ?? new Date(FIRST_ARRIVAL + index * 60_000).toISOString(),
  }));
  if (problems.length > 0) throw new MappingFileError(problems);
  return {
    file,
    about: about ?? file,
    crm,
    mapping,
    history: read,
    writes,
    absent,
    skipped,
    exact: match === "exact",
  };
}

function bodyIn(
  name: string,
  beside: ReadonlyMap<string, string>,
  source: YamlSource,
  path: Path,
  problems: MappingProblem[],
): unknown {
  const text = beside.get(name.replace(/^\.\//, ""));
  const complain = (message: string): void => void problems.push(source.problem(path, message));
  if (text === undefined) return complain(`there is no JSON file "${name}" beside this one`);
  try {
    return JSON.parse(text);
  } catch {
    return complain(`"${name}" is not JSON`);
  }
}

function keysAt(path: Path): readonly string[] {
  return Object.keys(path[0] === "history" ? step.shape : testFile.shape);
}

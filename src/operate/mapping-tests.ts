/** `crm-sync mapping test`: whether the mappings write what the tests beside them say. Asks nobody. */
import { foldNotification } from "../booking/fold.ts";
import { parseNotification } from "../booking/parse.ts";
import type { PurchaseState } from "../booking/types.ts";
import { leftOutOf, leftOutSentence } from "../mapping/left-out.ts";
import { readTests } from "../mapping/loader.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { SourceRef } from "../mapping/plan.ts";
import { formatProblem, MappingFileError, type MappingProblem } from "../mapping/problems.ts";
import { type ChooseMapping, type MappingSet, mappingChooser } from "../mapping/set.ts";
import { type MappingTest, parseTest, type TestStep } from "../mapping/test-file.ts";
import { planPurchase } from "../sync/plan-purchase.ts";
import { type Failure, failuresOf, type Outcome } from "./expected.ts";
import { plansOf } from "./preview.ts";

export interface TestResult {
  readonly file: string;
  readonly about: string;
  readonly crm: string;
  /** What differs; none in a test that holds. */
  readonly failures: readonly Failure[];
}

export interface TestsReport {
  readonly results: readonly TestResult[];
  /** Of test files that cannot be read. */
  readonly problems: readonly MappingProblem[];
}

/** @param crms whose tests are run; all when left out */
export async function testMappings(
  folder: string,
  set: MappingSet,
  crms?: readonly string[] | undefined,
): Promise<TestsReport> {
  const { tests: texts, beside } = await readTests(folder);
  const tests: MappingTest[] = [];
  const problems: MappingProblem[] = [];
  for (const text of texts) {
    try {
      tests.push(parseTest(text, beside));
    } catch (error) {
      if (!(error instanceof MappingFileError)) throw error;
      problems.push(...error.problems);
    }
  }
  const meant = tests.filter(({ crm }) => crms === undefined || crms.includes(crm));
  return { results: meant.map((test) => runTest(test, set)), problems };
}

export function runTest(test: MappingTest, set: MappingSet): TestResult {
  const { file, about, crm } = test;
  return { file, about, crm, failures: outcomeOf(test, set) };
}

function outcomeOf(test: MappingTest, set: MappingSet): Failure[] {
  try {
    return failuresOf(test, evaluateTest(test, set));
  } catch (error) {
    return [{ where: "the test", message: error instanceof Error ? error.message : String(error) }];
  }
}

/** What the mappings make of a test's history. @throws Error saying why they cannot make anything of it */
export function evaluateTest(test: Pick<MappingTest, "crm" | "mapping" | "history">, set: MappingSet): Outcome {
  const state = stateAfter(test.history);
  const choose = chooserOf(test, set);
  const plans = plansOf(state, choose);
  const { bookings } = planPurchase(state, choose);
  const left = bookings.flatMap(({ mapping, context, bookingId }) => leftOutOf(mapping, context, bookingId));
  const why = (section: string): string | undefined =>
    left.filter((one) => one.kind === "file" || one.section.name === section).map(leftOutSentence)[0];
  return { plans, mappings: [...new Set(bookings.map(({ mapping }) => mapping))], why };
}

/** @throws Error when no such file is in force */
function chooserOf({ mapping: name, crm }: Pick<MappingTest, "crm" | "mapping">, set: MappingSet): ChooseMapping {
  if (name === undefined) return mappingChooser(set, crm);
  const isMeant = ({ file, crm: its }: Mapping): boolean =>
    its === crm && (file === name || file.endsWith(`/${name.replace(/^(\.\.\/)+/, "")}`));
  const mapping = set.mappings.find(isMeant);
  if (mapping === undefined) throw new Error(`there is no mapping file ${name} for ${crm}`);
  return () => mapping;
}

/** What is known after a history. @throws Error naming the notification that cannot be read */
export function stateAfter(history: readonly TestStep[]): PurchaseState {
  let state: PurchaseState | undefined;
  for (const [index, { body, route, at }] of history.entries()) {
    const parsed = parseNotification(body);
    if (parsed.kind !== "purchase") {
      const reason = parsed.kind === "unreadable" ? parsed.problems.map(said).join("; ") : `it is ${parsed.kind}`;
      throw new Error(`notification ${index + 1} is no purchase that can be mapped: ${reason}`);
    }
    // One purchase, whichever of its shapes says so.
    const notification = { ...parsed.notification, purchaseId: state?.purchaseId ?? parsed.notification.purchaseId };
    const seq = index + 1;
    const arrival = { seq, order: seq, receivedAt: at, route, notification };
    state = foldNotification(state, arrival, { unflaggedCancellation: "hold", absent: "hold" }).state;
  }
  if (state === undefined) throw new Error("the history is empty");
  return state;
}

function said({ path, message }: { readonly path: string; readonly message: string }): string {
  return path === "" ? message : `${path}: ${message}`;
}

/** Each test that fails with what differs, then a sentence over all. */
export function formatReport(report: TestsReport, folder: string): string {
  const { results, problems } = report;
  const failing = failingIn(report);
  if (results.length + problems.length === 0) return `There are no tests in ${folder}/tests.`;
  const held = results.length - results.filter(({ failures }) => failures.length > 0).length;
  const summary =
    failing.length === 0
      ? `${held} ${held === 1 ? "test holds" : "tests hold"}.`
      : `${failing.length} failed, ${held} ${held === 1 ? "holds" : "hold"}.`;
  return [...failing, summary].join("\n\n");
}

/** A block of text for each test that fails or cannot be read. */
export function failingIn({ results, problems }: TestsReport): string[] {
  const failed = results.filter(({ failures }) => failures.length > 0);
  return [...problems.map(formatProblem), ...failed.map(formatResult)];
}

function formatResult({ file, about, failures }: TestResult): string {
  return [about === file ? file : `${file}: ${about}`, ...failures.flatMap(formatFailure)].join("\n");
}

function formatFailure({ where, message, expected, actual, source }: Failure): string[] {
  return [
    `  ${where} ${message}`,
    ...(expected === undefined ? [] : [`    expected ${JSON.stringify(expected)}`]),
    ...(actual === undefined ? [] : [`    actual   ${JSON.stringify(actual)}`]),
    ...(source === undefined ? [] : [`    from     ${placeOf(source)}`]),
  ];
}

function placeOf({ file, line, expression }: SourceRef): string {
  return `${file}:${line} ${expression.trim().split("\n")[0]}`;
}

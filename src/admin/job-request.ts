/** What a form or a link asks to be done to many, from its fields. */
import { z } from "zod";
import { type ActingRequest, actingRequest } from "../bulk/request.ts";
import { type AdminDeps, knownCrm } from "./deps.ts";
import { PageError } from "./page.ts";
import { reasonOf } from "./pages/reason.ts";

const DAY_MS = 86_400_000;
/** What a link to the page before asks for, which is completed there. */
const LATER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dismiss: { reason: "not said yet" },
  decide: { verdict: "active" },
};

/** @param isFirst whether what the page asks for is still to come. @throws PageError */
export async function jobRequestOf(deps: AdminDeps, fields: URLSearchParams, isFirst: boolean): Promise<ActingRequest> {
  const given = Object.fromEntries([...fields].filter(([, value]) => value !== ""));
  const { crm, action = "" } = given;
  if (crm !== undefined) knownCrm(deps, crm);
  const later = isFirst ? LATER[action] : action === "dismiss" && { reason: reasonOf(fields) };
  if (action === "decide" && !isFirst && given.verdict === undefined) {
    throw new PageError(400, "Nothing is chosen. Go back and say whether the bookings are cancelled or still active.");
  }
  const found = actingRequest.safeParse({
    ...given,
    ...later,
    ...(action === "run_again" && (await spanOf(deps, given))),
  });
  if (found.success) return found.data;
  throw new PageError(400, `This cannot be done to many: ${z.prettifyError(found.error)} Go back and correct it.`);
}

/** Whole days, UTC; or instants, as the page that was confirmed says them. */
async function spanOf(
  deps: AdminDeps,
  { from = "", to = "", older, lastRunBefore }: Readonly<Record<string, string>>,
): Promise<Partial<ActingRequest>> {
  const first = instant(from, 0);
  const last = instant(to === "" ? from : to, DAY_MS);
  if (first === undefined || last === undefined || first >= last) {
    throw new PageError(400, "Give days such as 2026-11-30, the first not after the last. Go back and correct them.");
  }
  const before = lastRunBefore ?? (older === undefined ? undefined : await mappingSince(deps));
  return { from: first, to: last, ...(before !== undefined && { lastRunBefore: before }) };
}

function instant(text: string, plusMs: number): string | undefined {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(isDay ? ms + plusMs : ms).toISOString();
}

/** When the newest of the mapping files in force came into force. */
async function mappingSince({ mappings, mappingVersions }: AdminDeps): Promise<string | undefined> {
  const since = await mappingVersions.since();
  const times = mappings.current().set.mappings.flatMap(({ file }) => since.get(file) ?? []);
  return times.toSorted().at(-1);
}

/** The same as fields of a form. */
export function fieldsOf(request: ActingRequest): Record<string, string | undefined> {
  const fields: Record<string, string | undefined> = { ...request };
  if (request.action === "dismiss") delete fields.reason;
  if (request.action === "decide") delete fields.verdict;
  return fields;
}

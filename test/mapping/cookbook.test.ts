/** Every entry of docs/cookbook.md gives what it says, and what admins ask for has an entry or a reason. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse, stringify } from "yaml";
import type { PurchaseState } from "../../src/booking/types.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { planPurchase } from "../../src/sync/plan-purchase.ts";
import { type Json, sample } from "../support/payloads.ts";
import { statesOf } from "./sample-states.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const text = readFileSync(new URL("cookbook.md", DOCS), "utf8");

interface Entry {
  readonly title: string;
  readonly mapping: string;
  /** What BookingBug says in place of the sample. */
  readonly given: Json;
  readonly gives: readonly (readonly [state: "created" | "rescheduled" | "cancelled", records: Json])[];
}

const sections = text.split(/^(?=### )/m).slice(1);
const entries: Entry[] = sections.flatMap((section) => {
  const blocks = [...section.matchAll(/```yaml ([\w ]+)\n([\s\S]*?)```/g)].map(([, kind = "", body = ""]) => ({
    kind,
    body,
  }));
  const bodyOf = (kind: string) => blocks.find((block) => block.kind === kind)?.body;
  const mapping = bodyOf("mapping");
  if (mapping === undefined) return [];
  const gives = (["created", "rescheduled", "cancelled"] as const).flatMap((state) => {
    const body = bodyOf(state === "created" ? "gives" : `gives ${state}`);
    return body === undefined ? [] : [[state, parse(body)] as const];
  });
  return [{ title: titleOf(section), mapping, given: parse(bodyOf("given") ?? "{}"), gives }];
});

function titleOf(section: string): string {
  return section.split("\n")[0]?.replace(/^#+ /, "") ?? "";
}

function bodyWith({ client = {}, booking = {}, purchase = {} }: Json): Json {
  const body = sample("purchase-created");
  Object.assign(body, purchase);
  for (const person of [body._embedded.client, body._embedded.member]) Object.assign(person, client);
  const { answers, ...said } = booking;
  const [first] = body._embedded.bookings;
  Object.assign(first, said);
  if (answers !== undefined) Object.assign(first._embedded, { answers });
  return body;
}

function writtenOf(state: PurchaseState, mapping: string): Json {
  const { bookings, failures } = planPurchase(state, () => parseMapping(mapping, "docs/cookbook.md"));
  expect(failures).toEqual([]);
  const plans = bookings.flatMap((booking) => [...booking.shared.values(), ...booking.plans]);
  return Object.fromEntries(
    plans.map(({ section, fields }) => [section, Object.fromEntries(fields.map(({ field, value }) => [field, value]))]),
  );
}

describe("an entry of the cookbook", () => {
  it.each(entries.map((entry) => [entry.title, entry] as const))("gives what it says: %s", (_title, entry) => {
    expect(entry.gives.length).toBeGreaterThan(0);
    const states = statesOf(bodyWith(entry.given));
    for (const [state, records] of entry.gives) expect(writtenOf(states[state], entry.mapping)).toMatchObject(records);
  });

  it.each([...text.matchAll(/```yaml section\n([\s\S]*?)```/g)].map(([, body = ""], index) => [index, body] as const))(
    "shows a section that is in order (%i)",
    (_index, body) => {
      expect(() => parseMapping(stringify({ crm: "salesforce", objects: parse(body) }), "docs")).not.toThrow();
    },
  );
});

/** As GitHub makes them of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

describe("what admins ask for", () => {
  const rows = [...text.matchAll(/^\| (\d+) +\| ([^|]+) \| ([^|]+) \|$/gm)].map(([, number, wish = "", how = ""]) => ({
    ...{ number: Number(number), wish: wish.trim(), how: how.trim() },
    ...{ isImpossible: /^(?:impossible|not in one deployment)/.test(how) },
  }));

  it("is all there: 47 wishes, of which at least 42 are a matter of YAML", () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 47 }, (_, index) => index + 1));
    expect(rows.filter(({ isImpossible }) => !isImpossible).length).toBeGreaterThanOrEqual(42);
  });

  it.each(rows.filter(({ isImpossible }) => !isImpossible))("has an entry that is executed: $wish", ({ how }) => {
    const [, link = ""] = /\]\(([^)]+)\)/.exec(how) ?? [];
    if (!link.startsWith("#")) return expect(existsSync(new URL(link, DOCS))).toBe(true);
    expect(sections.map((section) => `#${anchorOf(titleOf(section))}`)).toContain(link);
  });

  it.each(rows.filter(({ isImpossible }) => isImpossible))("is said to be impossible, and why: $wish", ({ how }) => {
    expect(how).toMatch(/: .{20}/);
  });
});

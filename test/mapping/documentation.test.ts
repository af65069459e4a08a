/** Every example of docs/mappings.md does what the document says, and the document leaves nothing out. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Liquid } from "liquidjs";
import { parse, stringify } from "yaml";
import { BOOKING_STATUSES } from "../../src/booking/types.ts";
import { mappingContext } from "../../src/mapping/context.ts";
import { createCompiler, ROOTS } from "../../src/mapping/expression.ts";
import { registerFilters } from "../../src/mapping/filters/index.ts";
import { mappingJsonSchema } from "../../src/mapping/json-schema.ts";
import { loadMappings, readTests } from "../../src/mapping/loader.ts";
import { CHANGES } from "../../src/mapping/mapping.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { parseTest } from "../../src/mapping/test-file.ts";
import { runTest } from "../../src/operate/mapping-tests.ts";
import { planPurchase } from "../../src/sync/plan-purchase.ts";
import { sample } from "../support/payloads.ts";
import { statesOf } from "./sample-states.ts";

const text = readFileSync(new URL("../../docs/mappings.md", import.meta.url), "utf8");

interface Block {
  readonly kind: string;
  readonly body: string;
}
const blocks: Block[] = [...text.matchAll(/```yaml ([\w ]+)\n([\s\S]*?)```/g)].map(([, kind = "", body = ""]) => ({
  kind,
  body,
}));
const ofKind = (kind: string): string[] => blocks.filter((block) => block.kind === kind).map(({ body }) => body);

const settings = {
  tables: { colour: { booked: "green", cancelled: "red" } },
  currency: "GBP",
  country: "GB",
  minorUnits: "by_currency",
} as const;

const states = statesOf(sample("purchase-created"));
const isState = (name: string): name is keyof typeof states => Object.hasOwn(states, name);

describe("docs/mappings.md", () => {
  const compiler = createCompiler(settings);

  it.each(
    ofKind("example")
      .map((block) => parse(block))
      .map((example) => [example.value, example]),
  )("%s", (_name, example) => {
    expect(compiler.compile(example.value)(example.given)).toEqual(example.result);
  });

  it.each(blocks.filter(({ kind }) => kind.startsWith("sample ")).map((block) => [block.kind, block] as const))(
    "shows what the variables of the %s booking hold",
    (_name, { kind, body }) => {
      const name = kind.replace("sample ", "");
      if (!isState(name)) throw new Error(`no such state: ${name}`);
      const state = states[name];
      const context = mappingContext(state, Object.keys(state.bookings)[0]);
      for (const [expression, result] of Object.entries(parse(body))) {
        expect([expression, compiler.compile(expression)(context)]).toEqual([expression, result]);
      }
    },
  );

  const files = blocks.flatMap((block, index) => {
    if (block.kind !== "mapping") return [];
    const next = blocks[index + 1];
    return [[index, block.body, next?.kind === "gives" ? parse(next.body) : {}] as const];
  });

  it.each(files)("shows whole files that are valid and give what it says (%i)", (_index, body, gives) => {
    const mapping = parseMapping(body, "docs/mappings.md");
    const { bookings, failures } = planPurchase(states.created, () => mapping);
    expect(failures).toEqual([]);
    const plans = bookings.flatMap((booking) => [...booking.shared.values(), ...booking.plans]);
    const given = Object.fromEntries(
      plans.map((plan) => [plan.section, Object.fromEntries(plan.fields.map(({ field, value }) => [field, value]))]),
    );
    expect(given).toMatchObject(gives);
    for (const [section, fields] of Object.entries(gives))
      expect(Object.keys(given[section] ?? {})).toEqual(expect.arrayContaining(Object.keys(fields as object)));
  });

  it.each(ofKind("section").map((body, index) => [index, body] as const))(
    "shows sections that are valid (%i)",
    (_index, body) => {
      expect(() => parseMapping(stringify({ crm: "salesforce", objects: parse(body) }), "docs")).not.toThrow();
    },
  );

  it("shows tests that hold for the files that come with the service", async () => {
    const { beside } = await readTests("mappings");
    const set = await loadMappings("mappings");
    const results = ofKind("test").map((body) => runTest(parseTest({ file: "docs", text: body }, beside), set));
    expect(results.length).toBeGreaterThan(0);
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it("has an example for every filter of ours", () => {
    const ours = new Liquid();
    const before = new Set(Object.keys(ours.filters));
    registerFilters(ours, settings);
    const names = Object.keys(ours.filters).filter((name) => !before.has(name));
    expect(names.filter((name) => !ofKind("example").some((block) => block.includes(`| ${name}`)))).toEqual([]);
  });

  it("names every key, every variable we add, every state", () => {
    const { booking = {}, change = {} } = mappingContext(states.created, Object.keys(states.created.bookings)[0]);
    const added = ["start_at", "end_at", "status", "is_cancelled", "is_event", "person_id", "resource_id"];
    expect(Object.keys(booking)).toEqual(expect.arrayContaining(added));
    const wanted = [
      ...keysOf(JSON.parse(mappingJsonSchema())),
      ...ROOTS,
      ...added.map((name) => `booking.${name}`),
      ...[...Object.keys(change), "cancelled_at", "previous_start"].map((name) => `change.${name}`),
      ...["bookings", "booking_count", "active_count", "is_cancelled"].map((name) => `purchase.${name}`),
      ...CHANGES,
      ...BOOKING_STATUSES,
    ];
    expect(wanted.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("mappings/mapping.schema.json", () => {
  const stored = readFileSync(new URL("../../mappings/mapping.schema.json", import.meta.url), "utf8");

  it("is the one generated from the schema that checks the files; `npm run schema` writes it anew", () => {
    expect(JSON.parse(stored)).toEqual(JSON.parse(mappingJsonSchema()));
  });

  it("explains every key while somebody types", () => {
    expect(unexplained(JSON.parse(stored))).toEqual([]);
  });

  it.each(["salesforce", "hubspot"])("is what mappings/%s.yaml points editors to", (crm) => {
    expect(readFileSync(`mappings/${crm}.yaml`, "utf8")).toMatch(
      /^# yaml-language-server: \$schema=\.\/mapping\.schema\.json\n/,
    );
  });
});

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly description?: string;
}

function inner(schema: JsonSchema): JsonSchema[] {
  const { properties = {}, additionalProperties, anyOf = [], items } = schema;
  const more = typeof additionalProperties === "object" ? [additionalProperties] : [];
  return [...Object.values(properties), ...more, ...anyOf, ...(items === undefined ? [] : [items])];
}

function keysOf(schema: JsonSchema): string[] {
  return [...new Set([...Object.keys(schema.properties ?? {}), ...inner(schema).flatMap(keysOf)])];
}

function unexplained(schema: JsonSchema): string[] {
  const own = Object.entries(schema.properties ?? {}).filter(([, { description }]) => description === undefined);
  return [...own.map(([name]) => name), ...inner(schema).flatMap(unexplained)];
}

/**
 * What every connector must do, whatever its CRM: one list of cases, run against each CRM's peer by the tests. A case
 * talks to the connector alone, and looks at the peer through the harness.
 */
import type { Connector, FieldValues, Link } from "../connector.ts";

/** How a CRM's peer is used and looked at, and what things are called there. */
export interface Harness {
  readonly connector: Connector;
  readonly contact: { readonly object: string; readonly key: string; readonly email: string; readonly name: string };
  readonly appointment: { readonly object: string; readonly key: string; readonly title: string };
  /** Most records in one call. */
  readonly batchSize: number;
  /** Values without which no appointment can be created. */
  readonly appointmentBasics: FieldValues;
  /** A value of the title's field that the CRM refuses, alone or among others. */
  readonly badAppointment: FieldValues;
  link(contactId: string): Link;
  records(object: string): readonly { readonly id: string; readonly values: Readonly<Record<string, unknown>> }[];
  /** Ids of the contacts an appointment is linked to. */
  linked(appointmentId: string): readonly string[];
  seed(object: string, values: Readonly<Record<string, unknown>>): string;
  remove(object: string, id: string): void;
  /** Requests so far, but for signing in. */
  calls(): number;
  /** The next matching requests go wrong. */
  fail(fault: Fault, times?: number): void;
}

export type Fault =
  | "timeout_before"
  | "timeout_after"
  | "reset_after"
  | "unavailable"
  | "html_error"
  | "rate_limit"
  | "lock"
  | "expired_token"
  | "silent";

export interface Case {
  readonly name: string;
  run(harness: Harness, check: Check): Promise<void>;
}

/** The little the cases need of a test runner. */
export interface Check {
  equal(actual: unknown, expected: unknown): void;
  /** @returns the error the promise rejects with, which must be of this kind */
  rejects(promise: Promise<unknown>, kind: string): Promise<Error>;
}

const upsertContact = (h: Harness, value: string, values: FieldValues = {}) =>
  h.connector.save({
    object: h.contact.object,
    target: { by: "external_id", field: h.contact.key, value, expect: "new" },
    values: { [h.contact.name]: "Silva", [h.contact.email]: `${value.replace(/\W/g, "")}@example.com`, ...values },
    links: [],
  });

const upsertAppointment = (
  h: Harness,
  value: string,
  values: FieldValues = {},
  links: readonly Link[] = [],
  expect: "new" | "unknown" = "new",
) =>
  h.connector.save({
    object: h.appointment.object,
    target: { by: "external_id", field: h.appointment.key, value, expect },
    values: { ...h.appointmentBasics, [h.appointment.title]: "Visit", ...values },
    links,
  });

const findByEmail = (h: Harness, email: string) =>
  h.connector.find({ object: h.contact.object, by: { field: h.contact.email, value: email }, select: [h.contact.key] });

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const cases: readonly Case[] = [
  {
    name: "creates, and updates the same record when asked again",
    async run(h, check) {
      const first = await upsertContact(h, "7");
      const second = await upsertContact(h, "7", { [h.contact.name]: "Souza" });
      check.equal([second.id, first.created, second.created], [first.id, true, false]);
      check.equal(
        h.records(h.contact.object).map(({ values }) => values[h.contact.name]),
        ["Souza"],
      );
    },
  },
  {
    name: "creates an appointment linked to its contact",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      const { id } = await upsertAppointment(h, "9", {}, [h.link(contact.id)]);
      check.equal(h.linked(id), [contact.id]);
    },
  },
  {
    name: "finds a person by e-mail in any case, with quotes and accents in it, and nobody where there is nobody",
    async run(h, check) {
      const email = "o'brien.zoë@example.com";
      const id = h.seed(h.contact.object, { [h.contact.name]: "O'Brien", [h.contact.email]: email });
      check.equal(
        (await findByEmail(h, email.toUpperCase())).map((record) => record.id),
        [id],
      );
      check.equal(await findByEmail(h, "nobody@example.com"), []);
    },
  },
  {
    name: "gathers many look-ups and writes into few calls, each with its own answer",
    async run(h, check) {
      const count = h.batchSize;
      const saved = await Promise.all(numbers(count).map((n) => upsertContact(h, `c${n}`)));
      const writes = h.calls();
      const found = await Promise.all(numbers(count).map((n) => findByEmail(h, `c${n}@example.com`)));
      check.equal(
        found.map(([record]) => record?.id),
        saved.map((record) => record.id),
      );
      check.equal([writes, h.calls() - writes], [1, 1]);
    },
  },
  {
    name: "writes the same record twice at the same moment, in order and without a refusal",
    async run(h, check) {
      const names = ["A", "B", "C"];
      const saved = await Promise.all(names.map((name) => upsertContact(h, "7", { [h.contact.name]: name })));
      check.equal(new Set(saved.map(({ id }) => id)).size, 1);
      check.equal(
        h.records(h.contact.object).map(({ values }) => values[h.contact.name]),
        ["C"],
      );
    },
  },
  {
    name: "refuses one bad record of a full batch alone",
    async run(h, check) {
      const bad = Math.floor(h.batchSize / 3);
      const results = await Promise.allSettled(
        numbers(h.batchSize).map((n) => upsertAppointment(h, `b${n}`, n === bad ? h.badAppointment : {})),
      );
      check.equal(
        results.flatMap(({ status }, index) => (status === "rejected" ? [index] : [])),
        [bad],
      );
      check.equal(h.records(h.appointment.object).length, h.batchSize - 1);
    },
  },
  {
    name: "names the CRM's code and the field of a refused record, and no personal data",
    async run(h, check) {
      const error = await check.rejects(
        upsertContact(h, "7", { [h.contact.email]: "not an address of ana" }),
        "rejected",
      );
      check.equal(/not an address of ana/.test(error.message), false);
      check.equal("fields" in error && error.fields, [h.contact.email]);
    },
  },
  {
    name: "clears a field with null",
    async run(h, check) {
      const { id } = await upsertAppointment(h, "9");
      const target = { by: "id", id } as const;
      await h.connector.save({
        object: h.appointment.object,
        target,
        values: { [h.appointment.title]: null },
        links: [],
      });
      check.equal(h.records(h.appointment.object)[0]?.values[h.appointment.title] ?? null, null);
    },
  },
  {
    name: "says that a record is gone when somebody deleted it",
    async run(h, check) {
      const { id } = await upsertAppointment(h, "9");
      h.remove(h.appointment.object, id);
      const target = { by: "id", id } as const;
      const write = { object: h.appointment.object, target, values: { [h.appointment.title]: "x" }, links: [] };
      await check.rejects(h.connector.save(write), "not_found");
    },
  },
  {
    name: "says which record is in the way of a unique value",
    async run(h, check) {
      await upsertContact(h, "7");
      const other = await upsertContact(h, "8");
      const target = { by: "id", id: other.id } as const;
      const write = { object: h.contact.object, target, values: { [h.contact.key]: "7" }, links: [] };
      await check.rejects(h.connector.save(write), "duplicate");
    },
  },
  {
    name: "takes ids with slashes, quotes, blanks and characters of four bytes",
    async run(h, check) {
      const ids = ["a/b c?d#e", 'it\'s "quoted"', "naïve 👍 名前"];
      for (const id of ids) await upsertAppointment(h, id, { [h.appointment.title]: `${id} 🐈` });
      for (const id of ids) await upsertAppointment(h, id, { [h.appointment.title]: `${id} 🐕` }, [], "unknown");
      const titles = h.records(h.appointment.object).map(({ values }) => values[h.appointment.title]);
      check.equal(
        titles,
        ids.map((id) => `${id} 🐕`),
      );
    },
  },
  {
    name: "gives a write up after its time-out, and writes once although the first try took effect",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      h.fail("timeout_after");
      await check.rejects(upsertAppointment(h, "9", {}, [h.link(contact.id)]), "unavailable");
      const again = await upsertAppointment(h, "9", {}, [h.link(contact.id)], "unknown");
      check.equal(
        h.records(h.appointment.object).map(({ id }) => id),
        [again.id],
      );
      check.equal(h.linked(again.id), [contact.id]);
    },
  },
  {
    name: "never repeats a write by itself",
    async run(h, check) {
      await h.connector.probe();
      const before = h.calls();
      h.fail("unavailable", 1);
      await check.rejects(upsertContact(h, "7"), "unavailable");
      check.equal(h.calls() - before, 0);
    },
  },
  ...(["timeout_before", "reset_after", "unavailable", "html_error", "silent"] as const).map(
    (fault): Case => ({
      name: `takes this for an outage, not for an answer: ${fault.replace("_", " ")}`,
      async run(h, check) {
        await h.connector.probe();
        h.fail(fault);
        await check.rejects(upsertContact(h, "7"), "unavailable");
      },
    }),
  ),
  {
    name: "never takes a failed look-up for an empty one",
    async run(h, check) {
      h.seed(h.contact.object, { [h.contact.name]: "Ana", [h.contact.email]: "ana@example.com" });
      await h.connector.probe();
      for (const fault of ["timeout_before", "unavailable", "html_error"] as const) {
        h.fail(fault);
        await check.rejects(findByEmail(h, "ana@example.com"), "unavailable");
      }
    },
  },
  {
    name: "comes back when the CRM says to",
    async run(h, check) {
      await h.connector.probe();
      h.fail("rate_limit");
      const error = await check.rejects(upsertContact(h, "7"), "rate_limited");
      const wait = "retryAt" in error && error.retryAt instanceof Date ? error.retryAt.getTime() - Date.now() : 0;
      check.equal(wait > 5_000 && wait <= 7_000, true);
    },
  },
  {
    name: "fails only the locked row of a batch, as one to try again",
    async run(h, check) {
      await h.connector.probe();
      // Three times, because a connector may first have to find out how to write.
      h.fail("lock", 3);
      const results = await Promise.allSettled(numbers(5).map((n) => upsertAppointment(h, `l${n}`)));
      const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      check.equal(
        errors.map((error) => error.retry),
        [true],
      );
      check.equal(h.records(h.appointment.object).length, 4);
    },
  },
  {
    name: "describes an object's fields, and says which are unique",
    async run(h, check) {
      const { fields } = await h.connector.describe(h.contact.object);
      check.equal(
        [fields.get(h.contact.key)?.unique, fields.get(h.contact.name)?.unique, fields.has("no_such_field")],
        [true, false, false],
      );
      await check.rejects(h.connector.describe("no_such_object"), "misconfigured");
    },
  },
  {
    name: "calls an unknown field what it is: a mistake in the mapping",
    async run(h, check) {
      const error = await check.rejects(upsertContact(h, "7", { no_such_field: "x" }), "misconfigured");
      check.equal("fields" in error && error.fields, ["no_such_field"]);
    },
  },
];

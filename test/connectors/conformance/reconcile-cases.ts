/** Cases in which the connector is one half and the reconcile's decisions are the other: whom to adopt, what to make anew. */
import { type Case, type Harness, numbers, upsertContact } from "../../../connectors/conformance/harness.ts";
import type { FieldValues, Link } from "../../../connectors/connector.ts";
import type { RecordPlan } from "../../../src/mapping/plan.ts";
import type { AppliedRecord } from "../../../src/sync/applied-record.ts";
import { applyRecord } from "../../../src/sync/apply-record.ts";

const source = { file: "mapping.yaml", line: 1, column: 1, expression: "x" };

function plan(
  base: Pick<RecordPlan, "section" | "object" | "scope" | "identity" | "match">,
  values: FieldValues,
): RecordPlan {
  const fields = Object.entries(values).map(([field, value]) => ({
    field,
    value,
    write: "always" as const,
    refused: "fail" as const,
    source,
  }));
  return {
    ...base,
    key: base.section,
    several: "hold",
    deleted: "recreate",
    create: "always",
    unless: undefined,
    duplicateRules: "pass",
    assign: false,
    converted: "report",
    fields,
    links: [],
  };
}

function person(h: Harness, id: string, email: string, more: Partial<RecordPlan> = {}): RecordPlan {
  const { object, key, email: emailField, name } = h.contact;
  const identity = { field: key, value: id, source };
  const match = [{ field: emailField, value: email }];
  const base = {
    section: "contact",
    object,
    scope: { kind: "shared", of: "person", order: 1 } as const,
    identity,
    match,
  };
  return { ...plan(base, { [name]: "Silva", [emailField]: email }), ...more };
}

function booking(h: Harness, id: string, values: FieldValues = {}, more: Partial<RecordPlan> = {}): RecordPlan {
  const { object, key, title } = h.appointment;
  const identity = { field: key, value: id, source };
  const base = {
    section: "appointment",
    object,
    scope: { kind: "booking", bookingId: id } as const,
    identity,
    match: [],
  };
  return { ...plan(base, { ...h.appointmentBasics, [title]: "Visit", ...values }), ...more };
}

const apply = (h: Harness, record: RecordPlan, known?: AppliedRecord, links: readonly Link[] = known ? [] : []) =>
  applyRecord({ connector: h.connector, plan: record, links, known, attempted: false, seq: 1 });

/** The plan, with further values that may be left out. */
function leavingOut(plan: RecordPlan, values: FieldValues): RecordPlan {
  const more = Object.entries(values).map(([field, value]) => ({
    field,
    value,
    write: "always" as const,
    refused: "leave_out" as const,
    source,
  }));
  return { ...plan, fields: [...plan.fields.filter(({ field }) => !(field in values)), ...more] };
}

const hasTwins = (h: Harness): boolean => h.twin !== "duplicate";

const twins = (h: Harness): string[] =>
  [1, 2].map((n) => h.seed(h.contact.object, { [h.contact.name]: `Twin ${n}`, [h.contact.email]: "ana@example.com" }));

export const reconcileCases: readonly Case[] = [
  {
    name: "adopts the one contact with the person's e-mail, and stamps it",
    async run(h, check) {
      const id = h.seed(h.contact.object, { [h.contact.name]: "Old", [h.contact.email]: "ANA@example.com" });
      const outcome = await apply(h, person(h, "7", "ana@example.com"));
      check.equal([outcome.action, outcome.record.id], ["adopted", id]);
      const written = h.records(h.contact.object).map(({ values }) => [values[h.contact.key], values[h.contact.name]]);
      check.equal(written, [["7", "Silva"]]);
    },
  },
  {
    name: "adopts nobody when several have the e-mail, and names them",
    appliesTo: hasTwins,
    async run(h, check) {
      const ids = twins(h);
      const error = await check.rejects(apply(h, person(h, "7", "ana@example.com")), "held");
      for (const id of ids) check.equal(error.message.includes(id), true);
      check.equal(h.records(h.contact.object).length, 2);
    },
  },
  {
    name: "adopts the oldest or the newest of several, where the mapping says so",
    appliesTo: hasTwins,
    async run(h, check) {
      const [oldest, newest] = twins(h);
      const first = await apply(h, person(h, "7", "ana@example.com", { several: "oldest" }));
      h.remove(h.contact.object, oldest ?? "");
      h.remove(h.contact.object, newest ?? "");
      const [, last] = twins(h);
      const second = await apply(h, person(h, "8", "ana@example.com", { several: "newest" }));
      check.equal([first.record.id, second.record.id], [oldest, last]);
    },
  },
  {
    name: "writes a cancellation of a booking that the CRM never had, as a cancelled appointment",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      const outcome = await apply(h, booking(h, "9", h.cancelled), undefined, [h.link(contact.id)]);
      check.equal(outcome.action, "created");
      const [only] = h.records(h.appointment.object);
      for (const [field, value] of Object.entries(h.cancelled)) check.equal(only?.values[field], value);
      check.equal(h.linked(outcome.record.id), [contact.id]);
    },
  },
  {
    name: "makes an appointment anew that somebody deleted by hand, where the mapping says so",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      const { record } = await apply(h, booking(h, "9"), undefined, [h.link(contact.id)]);
      h.remove(h.appointment.object, record.id);
      const outcome = await apply(h, booking(h, "9", { [h.appointment.title]: "Moved" }), record, [h.link(contact.id)]);
      check.equal(outcome.action, "recreated");
      const titles = h.records(h.appointment.object).map(({ id, values }) => [id, values[h.appointment.title]]);
      check.equal(titles, [[outcome.record.id, "Moved"]]);
    },
  },
  {
    name: "reports an appointment that somebody deleted by hand, where the mapping says so",
    async run(h, check) {
      const { record } = await apply(h, booking(h, "9"));
      h.remove(h.appointment.object, record.id);
      const moved = booking(h, "9", { [h.appointment.title]: "Moved" }, { deleted: "report" });
      await check.rejects(apply(h, moved, record), "deleted_in_crm");
      check.equal(h.records(h.appointment.object), []);
    },
  },
  {
    name: "follows a contact that was merged to the one it was merged into",
    async run(h, check) {
      const { record } = await apply(h, person(h, "7", "old@example.com"));
      const survivor = h.seed(h.contact.object, { [h.contact.name]: "Silva", [h.contact.email]: "ana@example.com" });
      h.merge(h.contact.object, survivor, record.id);
      const outcome = await apply(h, person(h, "7", "ana@example.com"), record);
      check.equal([outcome.action, outcome.record.id], ["adopted", survivor]);
      check.equal(h.records(h.contact.object).length, 1);
    },
  },
  {
    name: "follows a contact that was merged to one that nothing else leads to, where the CRM says which",
    appliesTo: (h) => h.mergedLeadOn === true,
    async run(h, check) {
      const { record } = await apply(h, person(h, "7", "old@example.com"));
      const { record: visit } = await apply(h, booking(h, "9"), undefined, [h.link(record.id)]);
      const survivor = h.seed(h.contact.object, { [h.contact.name]: "Else", [h.contact.email]: "else@example.com" });
      h.merge(h.contact.object, survivor, record.id);
      const renamed = person(h, "7", "old@example.com");
      const known = { ...record, values: { ...record.values, [h.contact.name]: "Before" } };
      const before = h.calls();
      const outcome = await apply(h, { ...renamed, match: [] }, known);
      check.equal([outcome.action, outcome.record.id], ["adopted", survivor]);
      check.equal(
        h.records(h.contact.object).map(({ values }) => [values[h.contact.key], values[h.contact.name]]),
        [["7", "Silva"]],
      );
      // What was tried, at most two to find the one that is left, and what is written to it.
      check.equal(h.calls() - before <= 4, true);
      await apply(h, booking(h, "9"), visit, [h.link(survivor)]);
      check.equal(h.linked(visit.id), [survivor]);
      check.equal((await apply(h, { ...renamed, match: [] }, outcome.record)).action, "unchanged");
    },
  },
  {
    name: "follows a merge although a field may not be overwritten, and what was merged again after it [B11]",
    appliesTo: (h) => h.mergedLeadOn === true,
    async run(h, check) {
      const { object, name, email } = h.contact;
      const { record } = await apply(h, person(h, "7", "old@example.com"));
      const [between = "", survivor = ""] = ["Ek", "Else"].map((last) =>
        h.seed(object, { [name]: last, [email]: `${last}@example.com` }),
      );
      h.merge(object, between, record.id);
      h.merge(object, survivor, between);
      const { fields, ...rest } = person(h, "7", "old@example.com", { match: [] });
      const guarded = { ...rest, fields: fields.map((field) => ({ ...field, write: "when_empty" as const })) };
      const before = h.calls();
      const outcome = await apply(h, guarded, { ...record, values: { [name]: "Before" } });
      check.equal([outcome.action, outcome.record.id], ["adopted", survivor]);
      check.equal(h.calls() - before <= 4, true);
      check.equal(
        h.records(object).map(({ values }) => [values[h.contact.key], values[name]]),
        [["7", "Else"]],
      );
    },
  },
  {
    name: "leaves the contact that is left to whose id it bears, and goes there all the same [B11] [P5]",
    appliesTo: (h) => h.mergedLeadOn === true,
    async run(h, check) {
      const { object, key, name } = h.contact;
      const { record } = await apply(h, person(h, "7", "old@example.com"));
      const { record: theirs } = await apply(h, person(h, "8", "else@example.com"));
      h.merge(object, theirs.id, record.id);
      const moved = person(h, "7", "old@example.com", { match: [] });
      const outcome = await apply(h, moved, { ...record, values: { ...record.values, [name]: "Before" } });
      check.equal([outcome.record.id, outcome.own], [theirs.id, false]);
      check.equal(
        h.records(object).map(({ values }) => values[key]),
        ["8"],
      );
    },
  },
  {
    name: "writes a batch without the values that it refuses of some of its records, where they may be left out [W10]",
    appliesTo: (h) => h.namesRefused,
    async run(h, check) {
      const isBad = (n: number) => n % 5 === 3;
      const plans = numbers(20).map((n) => leavingOut(booking(h, `b${n}`), isBad(n) ? h.badAppointment : {}));
      const outcomes = await Promise.all(plans.map((one) => apply(h, one)));
      const fields = Object.keys(h.badAppointment);
      check.equal(
        outcomes.map(({ leftOut = [] }) => leftOut.map(({ planned }) => planned.field)),
        numbers(20).map((n) => (isBad(n) ? fields : [])),
      );
      const written = new Map(h.records(h.appointment.object).map(({ id, values }) => [id, values]));
      check.equal(written.size, 20);
      for (const { record, leftOut = [] } of outcomes) {
        const values = written.get(record.id) ?? {};
        check.equal(
          [values[h.appointment.title], leftOut.filter(({ planned }) => planned.field in values)],
          ["Visit", []],
        );
      }
      // The ledger has it: the same value is not asked about again.
      const before = h.calls();
      const again = await Promise.all(plans.map((one, n) => apply(h, one, outcomes[n]?.record)));
      check.equal([new Set(again.map(({ action }) => action)), h.calls() - before], [new Set(["unchanged"]), 0]);
    },
  },
  {
    name: "writes a person without the address that it refuses, and what was refused is not asked of it again [W10]",
    appliesTo: (h) => h.badAddress !== undefined,
    async run(h, check) {
      const plan = leavingOut(person(h, "7", "ana@example.com"), h.badAddress ?? {});
      const before = h.calls();
      const { record } = await apply(h, plan);
      const [{ values } = { values: {} }] = h.records(h.contact.object);
      check.equal(
        Object.keys(h.badAddress ?? {}).filter((field) => field in values),
        [],
      );
      check.equal((await apply(h, plan, record)).action, "unchanged");
      // The look-ups of whom it may be, the refused one and the one without.
      check.equal(h.calls() - before <= 4, true);
    },
  },
  {
    name: "asks the CRM nothing when nothing differs",
    async run(h, check) {
      const { record } = await apply(h, booking(h, "9"));
      const before = h.calls();
      check.equal([(await apply(h, booking(h, "9"), record)).action, h.calls() - before], ["unchanged", 0]);
    },
  },
];

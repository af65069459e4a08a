/** Creating, changing and linking records, one by one and many at once: [B3] (nothing is deleted), [O6], [W1]. */
import {
  type Case,
  createByEmail,
  findByEmail,
  numbers,
  rejected,
  updateAppointment,
  updateContact,
  upsertAppointment,
  upsertContact,
} from "./harness.ts";

export const writing: readonly Case[] = [
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
    name: "creates a contact that has no id of ours, with the e-mail that it is known by",
    async run(h, check) {
      const { id, created } = await createByEmail(h, "ana@example.com");
      check.equal(created, true);
      check.equal(
        h.records(h.contact.object).map((one) => [one.id, one.values[h.contact.email], one.values[h.contact.name]]),
        [[id, "ana@example.com", "Silva"]],
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
    name: "links an appointment that exists already",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      const { id } = await upsertAppointment(h, "9");
      await updateAppointment(h, id, {}, [h.link(contact.id)]);
      check.equal(h.linked(id), [contact.id]);
    },
  },
  {
    name: "links an appointment to another contact instead, and to the first again",
    async run(h, check) {
      const [one, other] = (await Promise.all(["7", "8"].map((id) => upsertContact(h, id)))).map(({ id }) =>
        h.link(id),
      );
      const { id } = await upsertAppointment(h, "9", {}, one ? [one] : []);
      for (const [to, from] of [
        [other, one],
        [one, other],
      ]) {
        await updateAppointment(h, id, {}, to ? [to] : [], from ? [from] : []);
        check.equal(h.linked(id), [to?.toId]);
      }
    },
  },
  {
    name: "takes an appointment's link away, once or again, and leaves the rest of it alone",
    async run(h, check) {
      const link = h.link((await upsertContact(h, "7")).id);
      const { id } = await upsertAppointment(h, "9", {}, [link]);
      for (const _time of ["once", "again"]) await updateAppointment(h, id, {}, [], [link]);
      check.equal([h.linked(id), h.records(h.appointment.object)[0]?.values[h.appointment.title]], [[], "Visit"]);
    },
  },
  {
    name: "leaves the link that somebody else made when it takes its own away",
    async run(h, check) {
      const [ours, theirs] = (await Promise.all(["7", "8"].map((id) => upsertContact(h, id)))).map(({ id }) =>
        h.link(id),
      );
      const { id } = await upsertAppointment(h, "9", {}, ours ? [ours] : []);
      await updateAppointment(h, id, {}, theirs ? [theirs] : []);
      await updateAppointment(h, id, {}, [], ours ? [ours] : []);
      check.equal(h.linked(id), [theirs?.toId]);
    },
  },
  {
    name: "moves an appointment to another time, and leaves the rest of it alone",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      const { id } = await upsertAppointment(h, "9", {}, [h.link(contact.id)]);
      const times = { [h.appointment.start]: "2036-04-01T08:00:00Z", [h.appointment.end]: "2036-04-01T08:45:00Z" };
      await updateAppointment(h, id, times);
      const [{ values } = { values: {} }, ...others] = h.records(h.appointment.object);
      check.equal(
        [h.appointment.start, h.appointment.end].map((field) => Date.parse(String(Reflect.get(values, field)))),
        Object.values(times).map((time) => Date.parse(time)),
      );
      check.equal([Reflect.get(values, h.appointment.title), h.linked(id), others.length], ["Visit", [contact.id], 0]);
    },
  },
  {
    name: "cancels by what it writes, and never by deleting",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      const { id } = await upsertAppointment(h, "9", {}, [h.link(contact.id)]);
      await updateAppointment(h, id, h.cancelled);
      const [only] = h.records(h.appointment.object);
      check.equal([only?.id, h.linked(id)], [id, [contact.id]]);
      for (const [field, value] of Object.entries(h.cancelled)) check.equal(only?.values[field], value);
    },
  },
  {
    name: "clears a field with null",
    async run(h, check) {
      const { id } = await upsertAppointment(h, "9");
      await updateAppointment(h, id, { [h.appointment.title]: null });
      check.equal(h.records(h.appointment.object)[0]?.values[h.appointment.title] ?? null, null);
    },
  },
  {
    name: "writes two bookings of one person at once",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      const saved = await Promise.all(["8", "9"].map((id) => upsertAppointment(h, id, {}, [h.link(contact.id)])));
      check.equal(
        saved.map(({ id }) => h.linked(id)),
        [[contact.id], [contact.id]],
      );
      check.equal(new Set(saved.map(({ id }) => id)).size, 2);
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
      const named = new Map(h.records(h.contact.object).map(({ id, values }) => [id, values[h.contact.key]]));
      check.equal(
        saved.map(({ id }) => named.get(id)),
        numbers(count).map((n) => `c${n}`),
      );
    },
  },
  {
    name: "refuses one bad record of a full batch alone",
    async run(h, check) {
      const bad = Math.floor(h.batchSize / 3);
      const writes = numbers(h.batchSize).map((n) => upsertAppointment(h, `b${n}`, n === bad ? h.badAppointment : {}));
      check.equal(await rejected(writes), [bad]);
      check.equal(h.records(h.appointment.object).length, h.batchSize - 1);
    },
  },
  {
    name: "refuses several bad records of a batch alone",
    async run(h, check) {
      const isBad = (n: number) => n % 7 === 3;
      const writes = numbers(30).map((n) => upsertAppointment(h, `b${n}`, isBad(n) ? h.badAppointment : {}));
      check.equal(await rejected(writes), numbers(30).filter(isBad));
      check.equal(h.records(h.appointment.object).length, numbers(30).filter((n) => !isBad(n)).length);
    },
  },
  {
    name: "refuses one unique value that is taken, in a batch, alone",
    async run(h, check) {
      const saved = await Promise.all(numbers(20).map((n) => upsertContact(h, `c${n}`)));
      const values = (n: number) => (n === 13 ? { [h.contact.key]: "c1" } : { [h.contact.name]: "Ek" });
      const writes = saved.map(({ id }, n) => updateContact(h, id, values(n)));
      const results = Promise.all(writes.map((write) => write.catch(() => undefined)));
      await check.rejects(writes[13] ?? Promise.resolve(), "duplicate");
      check.equal(
        (await results).map((result) => result?.id),
        saved.map(({ id }, n) => (n === 13 ? undefined : id)),
      );
    },
  },
  {
    name: "says that a record is gone when somebody deleted it, and writes its batch's others",
    async run(h, check) {
      const saved = await Promise.all(["7", "8", "9"].map((id) => upsertAppointment(h, id)));
      h.remove(h.appointment.object, saved[1]?.id ?? "");
      const writes = saved.map(({ id }) => updateAppointment(h, id, { [h.appointment.title]: "x" }));
      const failed = rejected(writes);
      await check.rejects(writes[1] ?? Promise.resolve(), "not_found");
      check.equal(await failed, [1]);
    },
  },
  {
    name: "says that a contact is gone when it was merged into another",
    async run(h, check) {
      const [survivor, other] = await Promise.all(["7", "8"].map((id) => upsertContact(h, id)));
      const appointment = await upsertAppointment(h, "9", {}, [h.link(other?.id ?? "")]);
      h.merge(h.contact.object, survivor?.id ?? "", other?.id ?? "");
      await check.rejects(updateContact(h, other?.id ?? "", { [h.contact.name]: "Ek" }), "not_found");
      check.equal(h.linked(appointment.id), [survivor?.id]);
    },
  },
  {
    name: "reports a second contact of one e-mail as the CRM treats it",
    async run(h, check) {
      await upsertContact(h, "7", { [h.contact.email]: "ana@example.com" });
      const second = upsertContact(h, "8", { [h.contact.email]: "ana@example.com" });
      if (h.twin === "created") check.equal((await second).created, true);
      else await check.rejects(second, h.twin);
      check.equal(h.records(h.contact.object).length, h.twin === "created" ? 2 : 1);
    },
  },
  {
    name: "reports a record that may not be written any more, with what to do next",
    appliesTo: (h) => h.frozen !== undefined,
    async run(h, check) {
      const { object, id, field } = h.frozen?.() ?? { object: "", id: "", field: "" };
      const write = { object, target: { by: "id", id } as const, values: { [field]: "Ek" }, links: [] };
      const error = await check.rejects(h.connector.save(write), "rejected");
      check.equal(/Next: /.test(error.message), true);
      await check.rejects(upsertAppointment(h, "9", {}, [h.link(id)]), "rejected");
    },
  },
];

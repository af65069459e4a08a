/** What values may be: characters, lengths, instants at the edges of days and zones. */
import { type Case, findByEmail, upsertAppointment, upsertContact } from "./harness.ts";

/** As UTC, where Europe/London's clocks have a gap or say the same hour twice, and where days and years end. */
const EDGES = [
  "2036-03-30T00:59:59Z",
  "2036-03-30T01:00:00Z",
  "2036-10-26T00:30:00Z",
  "2036-10-26T01:30:00Z",
  "2036-02-29T23:59:59Z",
  "2036-12-31T23:59:59Z",
  "2037-01-01T00:00:00Z",
];

function anHourAfter(instant: string): string {
  return new Date(Date.parse(instant) + 3_600_000).toISOString();
}

export const values: readonly Case[] = [
  {
    name: "takes ids with slashes, quotes, blanks and characters of four bytes",
    async run(h, check) {
      const ids = ["a/b c?d#e", 'it\'s "quoted"', "naïve 👍 名前", "50%25+1&x=y;z"];
      // Where the CRM cannot keep our ids unique, the person's other appointments tell which one it is.
      const links = [h.link((await upsertContact(h, "7")).id)];
      for (const id of ids) await upsertAppointment(h, id, { [h.appointment.title]: `${id} 🐈` }, links);
      for (const id of ids) await upsertAppointment(h, id, { [h.appointment.title]: `${id} 🐕` }, links, "unknown");
      const titles = h.records(h.appointment.object).map(({ values: written }) => written[h.appointment.title]);
      check.equal(
        titles,
        ids.map((id) => `${id} 🐕`),
      );
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
    name: "writes as many characters as a field holds, and refuses one more, quoting none of them",
    async run(h, check) {
      const { title, titleLength } = h.appointment;
      await upsertAppointment(h, "8", { [title]: "ü".repeat(titleLength) });
      const error = await check.rejects(
        upsertAppointment(h, "9", { [title]: "ü".repeat(titleLength + 1) }),
        "rejected",
      );
      check.equal(["fields" in error && error.fields, error.message.includes("üüü")], [[title], false]);
      check.equal(
        h.records(h.appointment.object).map(({ values: written }) => String(written[title]).length),
        [titleLength],
      );
    },
  },
  {
    name: "keeps instants at the edges of days, years and summer time apart",
    async run(h, check) {
      const { start, end, object, key } = h.appointment;
      await Promise.all(
        EDGES.map((instant) => upsertAppointment(h, instant, { [start]: instant, [end]: anHourAfter(instant) })),
      );
      const written = new Map(h.records(object).map(({ values: one }) => [one[key], Date.parse(String(one[start]))]));
      check.equal(
        EDGES.map((instant) => written.get(instant)),
        EDGES.map((instant) => Date.parse(instant)),
      );
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

/** What the CRM tells of changes that were made in it, and what it is blind to. */
import type { Edit } from "../edits.ts";
import {
  type Case,
  type Check,
  type Harness,
  numbers,
  type Telling,
  updateAppointment,
  upsertAppointment,
  upsertContact,
} from "./harness.ts";

const HOUR_MS = 3_600_000;
const LATER = new Date(Date.now() + 10 * HOUR_MS);
const at = (hours: number): Date => new Date(LATER.getTime() + hours * HOUR_MS);

type Run = (h: Harness, check: Check, told: Telling) => Promise<void>;

const telling = (name: string, run: Run): Case => ({
  name,
  appliesTo: (h) => h.edits !== undefined,
  run: async (h, check) => {
    if (h.edits !== undefined) await run(h, check, h.edits);
  },
});

/** Somebody whom the CRM has had for long. */
const seeded = (h: Harness, value: string): string =>
  h.seed(h.contact.object, {
    [h.contact.key]: value,
    [h.contact.name]: "Silva",
    [h.contact.email]: `c${value}@example.com`,
  });

async function editsOf(h: Harness, id: string, fields: readonly string[]): Promise<readonly Edit[]> {
  return (await h.connector.edits?.(h.contact.object, id, fields)) ?? [];
}

const changedSince = async (h: Harness, since: Date, object = h.contact.object, key = h.contact.key) =>
  await h.connector.changedSince?.(object, key, since.toISOString());

export const edits: readonly Case[] = [
  telling(
    "says of each field who gave it its value and when, and whether it was us, as far as the CRM does [M1]",
    async (h, check, told) => {
      const { object, name, email, key } = h.contact;
      const { id } = await upsertContact(h, "7");
      const [first] = await editsOf(h, id, [name]);
      check.equal(first?.isOurs, told.knowsItself ? true : undefined);
      told.edit(object, id, { [name]: "Ek" }, { at: LATER });
      const [typed, ours] = await editsOf(h, id, [name, email]);
      check.equal(typed, { field: name, at: told.at(LATER), by: told.person, isOurs: false });
      check.equal(ours?.field, email);
      check.equal(ours?.isOurs, told.by === "record" ? false : first?.isOurs);
      told.edit(object, id, { [name]: "Silva" }, { at: at(1), by: undefined });
      check.equal((await editsOf(h, id, [name]))[0]?.isOurs, first?.isOurs);
      check.equal(
        (await editsOf(h, id, [name, key])).map(({ field }) => field),
        [name, key],
      );
      check.equal(await editsOf(h, id, []), []);
    },
  ),
  telling(
    "says nothing of who edited what is gone, and what it is asked beside it all the same [M1]",
    async (h, check) => {
      const { object, name } = h.contact;
      const [one, gone, merged] = await Promise.all(["7", "8", "9"].map((value) => upsertContact(h, value)));
      h.remove(object, gone?.id ?? "");
      h.merge(object, one?.id ?? "", merged?.id ?? "");
      const answers = await Promise.all([one, gone, merged].map((record) => editsOf(h, record?.id ?? "", [name])));
      check.equal(
        answers.map(({ length }) => length),
        [1, 0, 0],
      );
      check.equal(await editsOf(h, gone?.id ?? "", [name]), []);
    },
  ),
  telling("asks who edited in full calls, whoever asks, and who we are once [M1]", async (h, check, told) => {
    const { name, email } = h.contact;
    const records = await Promise.all(numbers(60).map((n) => upsertContact(h, `c${n}`)));
    await editsOf(h, records[0]?.id ?? "", [name]);
    const before = h.calls();
    const answers = await Promise.all(records.map(({ id }, n) => editsOf(h, id, [n % 2 ? name : email])));
    check.equal(h.calls() - before, Math.ceil(60 / told.batchSize));
    check.equal(
      answers.map((one) => one.map(({ field }) => field)),
      numbers(60).map((n) => [n % 2 ? name : email]),
    );
  }),
  telling(
    "lists what was changed since a moment and carries our id, each once, and nothing else [M2]",
    async (h, check, told) => {
      const { object, name, key } = h.contact;
      const [before = "", changed = "", also = ""] = ["7", "8", "9"].map((value) => seeded(h, value));
      const stranger = h.seed(object, { [name]: "Nobody of ours", [h.contact.email]: "nobody@example.com" });
      told.edit(object, before, { [name]: "Ek" }, { at: at(-2) });
      told.edit(object, also, { [name]: "Ek" }, { at: at(2) });
      for (const hours of [0, 1]) told.edit(object, changed, { [name]: `Ek ${hours}` }, { at: at(hours) });
      told.edit(object, stranger, { [name]: "Ek" }, { at: at(1) });
      check.equal(await changedSince(h, LATER), { changed: [changed, also], deleted: [], complete: true });
      check.equal((await changedSince(h, at(-3), object, key))?.changed, [before, changed, also]);
      check.equal(await changedSince(h, at(3)), { changed: [], deleted: [], complete: true });
    },
  ),
  telling(
    "lists what was deleted since a moment, where the CRM tells; else a deletion leaves no trace [M2]",
    async (h, check, told) => {
      const { object } = h.contact;
      const [left = "", deleted = "", before = ""] = ["7", "8", "9"].map((value) => seeded(h, value));
      const ago = (hours: number): Date => new Date(Date.now() - hours * HOUR_MS);
      h.remove(object, deleted, { at: ago(1) });
      h.remove(object, before, { at: ago(3) });
      check.equal(await changedSince(h, ago(2)), {
        changed: [left],
        deleted: told.tellsDeleted ? [deleted] : [],
        complete: true,
      });
    },
  ),
  telling(
    "a link that somebody takes away is a change where links are fields; else it leaves no trace [M2]",
    async (h, check, told) => {
      const { object, key } = h.appointment;
      const contact = await upsertContact(h, "7");
      const { id } = await upsertAppointment(h, "9", {}, [h.link(contact.id)]);
      told.edit(object, id, { [h.appointment.title]: "Visit" }, { at: at(-50) });
      told.unlink(object, id, contact.id);
      check.equal(h.linked(id), []);
      const lastHour = new Date(Date.now() - HOUR_MS);
      const linksAreFields = told.tellsUnlinked;
      check.equal((await changedSince(h, lastHour, object, key))?.changed, linksAreFields ? [id] : []);
      await updateAppointment(h, id, { [h.appointment.title]: "Another visit" });
    },
  ),
  telling("takes no outage for silence about edits and changes [M2]", async (h, check) => {
    const { id } = await upsertContact(h, "7");
    for (const fault of ["unavailable", "html_error", "reset_after"] as const) {
      h.fail(fault);
      await check.rejects(editsOf(h, id, [h.contact.name]), "unavailable");
      h.fail(fault);
      await check.rejects(changedSince(h, LATER) ?? Promise.resolve(), "unavailable");
    }
    await check.rejects(
      h.connector.changedSince?.(h.contact.object, h.contact.key, "lately") ?? Promise.resolve(),
      "rejected",
    );
  }),
];

/** Records that live on as another one: merged away, or converted. */
import type { WriteTarget } from "../connector.ts";
import { ConvertedError, NotFoundError } from "../errors.ts";
import { type Case, updateContact, upsertAppointment, upsertContact } from "./harness.ts";

const survivorIn = (error: Error): string | undefined =>
  error instanceof NotFoundError ? error.survivorId : undefined;

export const livingOn: readonly Case[] = [
  {
    name: "names the contact that is left when one is written or looked up that was merged away, or after it another one [B11]",
    appliesTo: (h) => h.mergedLeadOn === true,
    async run(h, check) {
      const ids = (await Promise.all(["7", "8", "9"].map((id) => upsertContact(h, id)))).map(({ id }) => id);
      const [first = "", second = "", last = ""] = ids;
      const { object, name } = h.contact;
      const leadsTo = async (id: string, expected: string): Promise<void> => {
        const before = h.calls();
        const writing = await check.rejects(updateContact(h, id, { [name]: "Ek" }), "not_found");
        check.equal(survivorIn(writing), expected);
        const looking = await check.rejects(h.connector.find({ object, by: { id }, select: [name] }), "not_found");
        check.equal(survivorIn(looking), expected);
        check.equal(h.calls() - before <= 4, true);
      };
      h.merge(object, second, first);
      await leadsTo(first, second);
      h.merge(object, last, second);
      for (const id of [first, second]) await leadsTo(id, last);
    },
  },
  {
    name: "names what a record became that somebody converted, by whatever it was written, and of what would link to it [B11]",
    appliesTo: (h) => h.converted !== undefined,
    async run(h, check) {
      const { object, id, field, becameId } = h.converted?.() ?? { object: "", id: "", field: "", becameId: "" };
      const became = { object: h.contact.object, id: becameId };
      const write = (target: WriteTarget) => h.connector.save({ object, target, values: { [field]: "Ek" }, links: [] });
      const byKey = { by: "external_id", field: h.contact.key, value: "7", expect: "unknown" } as const;
      const link = { ...h.link(id), toObject: object };
      const ways = [() => write({ by: "id", id }), () => write(byKey), () => upsertAppointment(h, "9", {}, [link])];
      for (const way of ways) {
        const error = await check.rejects(way(), "rejected");
        check.equal(error instanceof ConvertedError && [error.from, error.became], [{ object, id }, became]);
        check.equal(error.message.includes(h.connector.recordUrl(became.object, becameId)), true);
      }
    },
  },
];

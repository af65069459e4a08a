/** Outages, limits, locks and refused credentials: [B1] (written once after a time-out), [P4], [W1], [W2]. */
import type { Connector } from "../connector.ts";
import {
  type Case,
  type Check,
  createByEmail,
  type Fault,
  findByEmail,
  type Harness,
  numbers,
  upsertAppointment,
  upsertContact,
} from "./harness.ts";

/** Seconds until the CRM is to be asked again, as the error that a limit or an absence ends with says. */
async function wait(h: Harness, check: Check, fault: Fault, kind: string): Promise<number> {
  await h.connector.probe();
  h.fail(fault);
  const error = await check.rejects(upsertContact(h, "7"), kind);
  const at = "retryAt" in error && error.retryAt instanceof Date ? error.retryAt.getTime() : Date.now();
  return Math.ceil((at - Date.now()) / 1000);
}

/** On a busy machine even a good answer may come too late for an impatient connector. */
async function signIn(impatient: Connector, tries = 20): Promise<void> {
  try {
    await impatient.probe();
  } catch (error) {
    if (tries === 0) throw error;
    await signIn(impatient, tries - 1);
  }
}

const OUTAGES = ["timeout_before", "reset_before", "reset_after", "unavailable", "html_error", "silent"] as const;

export const trouble: readonly Case[] = [
  ...OUTAGES.map(
    (fault): Case => ({
      name: `takes this for an outage, not for an answer: ${fault.replace("_", " ")}`,
      async run(h, check) {
        await signIn(h.impatient);
        h.fail(fault);
        await check.rejects(upsertContact(h, "7", {}, h.impatient), "unavailable");
      },
    }),
  ),
  {
    name: "waits for a slow answer",
    async run(h, check) {
      h.fail("slow");
      check.equal((await upsertContact(h, "7")).created, true);
    },
  },
  {
    name: "gives a write up after its time-out, and writes once although the first try took effect",
    async run(h, check) {
      const contact = await upsertContact(h, "7");
      const links = [h.link(contact.id)];
      await signIn(h.impatient);
      h.fail("timeout_after");
      await check.rejects(upsertAppointment(h, "9", {}, links, "new", h.impatient), "unavailable");
      const again = await upsertAppointment(h, "9", {}, links, "unknown");
      check.equal(
        h.records(h.appointment.object).map(({ id }) => id),
        [again.id],
      );
      check.equal(h.linked(again.id), [contact.id]);
    },
  },
  {
    name: "never creates again, one by one, what has no id of ours and may have been created with its batch",
    async run(h, check) {
      const emails = numbers(3).map((n) => `person${n}@example.com`);
      for (const fault of ["timeout_after", "reset_after"] as const) {
        await signIn(h.impatient);
        h.fail(fault);
        const writes = emails.map((email) => createByEmail(h, `${fault}.${email}`, h.impatient));
        await Promise.all(writes.map((write) => check.rejects(write, "unavailable")));
      }
      const known = h.records(h.contact.object).map(({ values }) => String(values[h.contact.email]));
      check.equal(known.length, new Set(known).size);
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
      check.equal(h.records(h.contact.object), []);
    },
  },
  {
    name: "never takes a failed look-up for an empty one",
    async run(h, check) {
      h.seed(h.contact.object, { [h.contact.name]: "Ana", [h.contact.email]: "ana@example.com" });
      await signIn(h.impatient);
      for (const fault of ["timeout_before", "reset_after", "unavailable", "html_error"] as const) {
        h.fail(fault);
        await check.rejects(findByEmail(h, "ana@example.com", h.impatient), "unavailable");
      }
    },
  },
  {
    name: "comes back when the CRM says to",
    async run(h, check) {
      check.equal(await wait(h, check, "rate_limit", "rate_limited"), 7);
    },
  },
  {
    name: "waits for some seconds when there are too many requests, and the CRM does not say how long",
    async run(h, check) {
      const seconds = await wait(h, check, "busy", "rate_limited");
      check.equal(seconds >= 1 && seconds <= 60, true);
    },
  },
  {
    name: "stops for minutes when the day's allocation is spent",
    async run(h, check) {
      await h.connector.probe();
      h.fail("daily_limit");
      const error = await check.rejects(upsertContact(h, "7"), "rate_limited");
      check.equal("scope" in error && error.scope, "daily");
    },
  },
  {
    name: "stays away for as long as an absent CRM says",
    async run(h, check) {
      check.equal(await wait(h, check, "absence", "unavailable"), 3_600);
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
    name: "renews credentials that end while a batch is under way, where it can, and else says that they are refused",
    async run(h, check) {
      await h.connector.probe();
      h.fail("expired_token");
      const writes = numbers(3).map((n) => upsertContact(h, `c${n}`));
      if (h.renewsCredentials) check.equal((await Promise.all(writes)).length, 3);
      else await Promise.all(writes.map((write) => check.rejects(write, "unauthorised")));
      await Promise.all(numbers(3).map((n) => upsertContact(h, `c${n}`)));
      check.equal(h.records(h.contact.object).length, 3);
    },
  },
  {
    name: "says that credentials are refused, and tries anew once they are good again",
    async run(h, check) {
      await h.connector.probe();
      h.fail("refused_credentials");
      await check.rejects(upsertContact(h, "7"), "unauthorised");
      await check.rejects(findByEmail(h, "ana@example.com"), "unauthorised");
      await check.rejects(h.connector.probe(), "unauthorised");
      h.fail("slow", 0);
      check.equal((await upsertContact(h, "7")).created, true);
    },
  },
];

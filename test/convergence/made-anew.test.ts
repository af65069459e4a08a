/** Whose record was deleted and is made anew is linked to all of their appointments again, whichever purchases they are of [L5]. */
import { describe, expect, it } from "@jest/globals";
import { sweep } from "../../src/drift/sweep.ts";
import { enqueue } from "../../src/inbox/queues.ts";
import { eventually } from "../support/eventually.ts";
import { linkedMappings } from "../support/linked-mappings.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { somebodys } from "../support/scenes.ts";
import { useDrift } from "../support/use-drift.ts";

const world = useDrift(async () => ({
  env: { MAPPINGS_DIR: await mappingFolder(linkedMappings("279", "plain")) },
}));

const CRMS = [
  ["salesforce", { person: "Contact", company: "Account", event: "Event" }],
  ["hubspot", { person: "contacts", company: "companies", event: "meetings" }],
] as const;

const ada = (id: number, last: string, client = 7) => {
  const body = somebodys(id, { first: "Ada", last, email: `ada${client}@example.com` }, (booking) =>
    Object.assign(booking, { datetime: "2036-03-11T09:00:00+00:00", end_datetime: "2036-03-11T09:30:00+00:00" }),
  );
  for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { id: client });
  return body;
};

describe.each(CRMS)("%s", (crm, { person, company, event }) => {
  const sandbox = () => world.system.sandbox[crm];
  const places = (object: string, other: string): (readonly string[])[] => {
    const others = sandbox()
      .records(other)
      .map(({ id }) => id);
    return sandbox()
      .records(object)
      .map(({ values, links }) => (crm === "salesforce" ? Object.values(values).map(String) : links))
      .map((some) => some.filter((id) => others.includes(id)));
  };
  const only = (object: string): string => {
    const [record, ...more] = sandbox().records(object);
    expect(more).toEqual([]);
    return record?.id ?? "";
  };

  /** As a CRM does: with the links to it. */
  function removeWithLinks(object: string, ...from: string[]): string {
    const id = only(object);
    for (const some of from) for (const one of sandbox().records(some)) sandbox().unlink(some, one.id, id);
    sandbox().remove(object, id);
    return id;
  }

  async function drifted(): Promise<unknown[]> {
    const { store } = world.driftOf(crm);
    await sweep(world.driftOf(crm), new AbortController().signal);
    const all: unknown[] = [];
    for await (const one of store.all()) all.push(one);
    return all;
  }

  it("links every purchase of a person to the contact that one of them made anew", async () => {
    for (const id of [1, 2, 3]) await world.system.deliver("bookings", ada(id, "Maiden"));
    const before = removeWithLinks(person, event);
    await world.system.deliver("updates", ada(1, "Married"));
    await world.system.quiet();
    const now = only(person);
    expect(now).not.toBe(before);
    expect(places(event, person)).toEqual([[now], [now], [now]]);
    expect(await drifted()).toEqual([]);
  });

  it("does so too where a new purchase found the contact gone", async () => {
    for (const id of [1, 2]) await world.system.deliver("bookings", ada(id, "Lee"));
    removeWithLinks(person, event);
    await world.system.deliver("bookings", ada(3, "Lee"));
    await world.system.quiet();
    const now = only(person);
    expect(places(event, person)).toEqual([[now], [now], [now]]);
  });

  it("links contacts and appointments to the company that another purchase made anew", async () => {
    for (const id of [1, 2]) await world.system.deliver("bookings", ada(id, "Lee", id));
    removeWithLinks(company, person, event);
    await world.system.deliver("bookings", ada(3, "Lee", 1));
    await world.system.quiet();
    const now = only(company);
    expect(places(event, company)).toEqual([[now], [now], [now]]);
    expect(places(person, company)).toEqual([[now], [now]]);
    expect(await drifted()).toEqual([]);
  });

  it("does so too where it broke off after the contact was made", async () => {
    for (const id of [1, 2, 3]) await world.system.deliver("bookings", ada(id, "Maiden"));
    const before = removeWithLinks(person, event);
    const { redis, keys } = world.system;
    const sharers = keys.sharersOf(crm, person, before);
    await redis.rename(sharers, `${keys.prefix}:put-by`);
    await redis.set(sharers, "what nobody can list");
    await world.system.post("updates", ada(1, "Married"));
    const second = () => places(event, person)[1];
    const queue = world.system.queues[crm];
    const failed = async () => (await queue?.getJobs(["failed", "delayed"]))?.map(({ data }) => data.purchaseId);
    await eventually(async () => expect(await failed()).toContain("1"));
    expect(only(person)).not.toBe(before);
    expect(second()).toEqual([]);
    await redis.rename(`${keys.prefix}:put-by`, sharers);
    // As a job is begun anew whose process ended.
    if (queue !== undefined) await enqueue(queue, ["1"], { attempts: 3, failedDays: 1 });
    await world.system.quiet();
    const now = only(person);
    expect(places(event, person)).toEqual([[now], [now], [now]]);
  });

  it("leaves them linked to whom the contact was merged into", async () => {
    for (const id of [1, 2]) await world.system.deliver("bookings", ada(id, "Maiden"));
    const winner = sandbox().seed(person, crm === "salesforce" ? { LastName: "Twin" } : { lastname: "Twin" });
    sandbox().merge(person, winner, sandbox().records(person)[0]?.id ?? "");
    await world.system.deliver("updates", ada(1, "Married"));
    await world.system.quiet();
    expect(only(person)).toBe(winner);
    expect(places(event, person)).toEqual([[winner], [winner]]);
    expect(await drifted()).toEqual([]);
  });
});

it.each(CRMS)(
  "%s: who leaves somebody else's contact takes all of their appointments along",
  async (crm, { person, event }) => {
    const records = (object: string) => world.system.sandbox[crm].records(object);
    const named = (id: number, client: number, email: string) => {
      const body = ada(id, "Lee", client);
      for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { email });
      return body;
    };
    await world.system.deliver("bookings", named(1, 7, "desk@example.com"));
    for (const id of [2, 3]) await world.system.deliver("bookings", named(id, 8, "desk@example.com"));
    expect(records(person)).toHaveLength(1);
    await world.system.deliver("updates", named(3, 8, "own@example.com"));
    await world.system.quiet();
    const [theirs, own] = records(person).map(({ id }) => id);
    const linked = records(event).map(({ values, links }) =>
      crm === "salesforce" ? values.WhoId : links.find((id) => id === theirs || id === own),
    );
    expect(linked).toEqual([theirs, own, own]);
  },
);

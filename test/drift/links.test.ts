/** A link of ours that somebody took away or led elsewhere is named by the next round, and nobody else's link is [Q21]. */
import { describe, expect, it } from "@jest/globals";
import type { DriftOfCrm } from "../../src/app/drift.ts";
import { lookAtChanged } from "../../src/drift/changed.ts";
import type { Drifted } from "../../src/drift/store.ts";
import { sweep } from "../../src/drift/sweep.ts";
import { somebodys } from "../support/scenes.ts";
import { useDrift } from "../support/use-drift.ts";

const world = useDrift();

const CRMS = [
  ["salesforce", { person: "Contact", event: "Event", via: "WhoId", named: { LastName: "Else" } }],
  ["hubspot", { person: "contacts", event: "meetings", via: "200", named: { lastname: "Else" } }],
] as const;

describe.each(CRMS)("%s: a round", (crm, { person, event, via, named }) => {
  const sandbox = () => world.system.sandbox[crm];
  const idOf = (object: string, at = 0): string => sandbox().records(object)[at]?.id ?? "";
  const deps = (): DriftOfCrm => world.driftOf(crm);
  const round = async () => await sweep(deps(), new AbortController().signal);

  async function kept(): Promise<Drifted[]> {
    const all: Drifted[] = [];
    for await (const one of deps().store.all()) all.push(one);
    return all;
  }

  async function book(id: number): Promise<void> {
    await world.system.deliver(
      "bookings",
      somebodys(id, { first: "Ada", last: `No ${id}`, email: `ada${id}@example.com` }, (booking) =>
        Object.assign(booking, { datetime: "2036-03-11T09:00:00+00:00", end_datetime: "2036-03-11T09:30:00+00:00" }),
      ),
    );
  }

  it("names a link that was taken away, and forgets it once it is back", async () => {
    await book(1);
    const who = idOf(person);
    sandbox().unlink(event, idOf(event), who);
    await round();
    const lost = { field: via, isLink: true, base: who, ours: who, theirs: null, asks: "report" };
    expect(await kept()).toMatchObject([{ kind: "drifted", object: event, id: idOf(event), fields: [lost] }]);
    if (crm === "salesforce") sandbox().edit(event, idOf(event), { WhoId: who });
    else sandbox().link(event, idOf(event), who);
    await round();
    expect(await kept()).toEqual([]);
  });

  it("names one that leads to somebody else now, and none that was added", async () => {
    await book(1);
    await book(2);
    const somebody = sandbox().seed(person, named);
    const [led, added] = [idOf(event), idOf(event, 1)];
    const who = idOf(person);
    if (crm === "salesforce") sandbox().edit(event, led, { WhoId: somebody });
    else {
      sandbox().unlink(event, led, who);
      sandbox().link(event, led, somebody);
    }
    sandbox().link(event, added, somebody);
    await round();
    expect(await kept()).toMatchObject([{ id: led, fields: [{ field: via, ours: who, theirs: somebody }] }]);
  });

  it("follows who was merged, and tells a person who was deleted once", async () => {
    for (const id of [1, 2, 3]) await book(id);
    const [survivor, merged, deleted] = [idOf(person), idOf(person, 1), idOf(person, 2)];
    sandbox().merge(person, survivor, merged);
    sandbox().unlink(event, idOf(event, 2), deleted);
    sandbox().remove(person, deleted);
    await round();
    const found = (await kept()).map(({ kind, id }) => [kind, id]);
    expect(found.toSorted()).toEqual([
      ["deleted", deleted],
      ["merged", merged],
    ]);
  });

  it("follows who was merged into somebody who is read in the same call, with nobody deleted", async () => {
    for (const id of [1, 2]) await book(id);
    const [survivor, merged] = [idOf(person), idOf(person, 1)];
    sandbox().merge(person, survivor, merged);
    await round();
    expect((await kept()).map(({ kind, id }) => [kind, id])).toEqual([["merged", merged]]);
  });

  it("is not undone by a look between rounds at another field of the record", async () => {
    await book(1);
    const since = new Date(Date.now() - 60_000).toISOString();
    const [id, title] = [idOf(event), crm === "salesforce" ? "Subject" : "hs_meeting_title"];
    sandbox().unlink(event, id, idOf(person));
    const { round: made } = await round();
    sandbox().edit(event, id, { [title]: "Typed-by-hand" });
    await lookAtChanged(deps(), made, { since, again: [] }, new AbortController().signal);
    const [one] = await kept();
    const fields = one?.kind === "drifted" ? one.fields.map(({ field }) => field) : [];
    expect(fields.toSorted()).toEqual([via, title].toSorted());
  });
});

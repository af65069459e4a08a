/** An appointment is linked to whom its newest notification names, and to nobody that we linked it to before. */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  for (const crm of ["salesforce", "hubspot"]) {
    const text = await readFile(`mappings/${crm}.yaml`, "utf8");
    await writeFile(join(folder, `${crm}.yaml`), text.replace("per: person", "per: person\n    when: client.email"));
  }
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const ofClient = (id: number, email: string | undefined = `client${id}@example.com`): Json =>
  purchase((body) => {
    for (const person of [body._embedded.client, body._embedded.member]) {
      Object.assign(person, { id, email });
    }
  });

/** Of the appointment in each CRM: the BookingBug ids of its contacts. */
const linked = () => {
  const { salesforce, hubspot } = system.sandbox;
  const whoIds = salesforce.records("Event").map(({ values }) => values.WhoId);
  const associated = hubspot.records("meetings").flatMap(({ links }) => links);
  return [
    salesforce
      .records("Contact")
      .filter(({ id }) => whoIds.includes(id))
      .map(({ values }) => values.BB_Id__c),
    hubspot
      .records("contacts")
      .filter(({ id }) => associated.includes(id))
      .map(({ values }) => values.bookingbug_id),
  ];
};

it("follows its booking's client to another, and back [L1]", async () => {
  for (const client of [1, 2, 1]) {
    await system.deliver("bookings", ofClient(client));
    expect(linked()).toEqual([[String(client)], [String(client)]]);
  }
});

it("stays linked to whom a person linked it to besides [L2]", async () => {
  await system.deliver("bookings", ofClient(1));
  const [meeting] = system.sandbox.hubspot.records("meetings");
  const colleague = system.sandbox.hubspot.seed("contacts", { email: "colleague@example.com", bookingbug_id: "3" });
  await fetch(`${system.sandbox.url}/crm/associations/2026-09/meetings/contacts/batch/associate/default`, {
    method: "POST",
    headers: { authorization: "Bearer somebody", "content-type": "application/json" },
    body: JSON.stringify({ inputs: [{ from: { id: meeting?.id }, to: { id: colleague } }] }),
  });
  await system.deliver("bookings", ofClient(2));
  expect(linked()[1]?.toSorted()).toEqual(["2", "3"]);
});

it("is linked to nobody while the mapping has no record for its client [L1]", async () => {
  await system.deliver("bookings", ofClient(1));
  await system.deliver("bookings", ofClient(1, ""));
  expect(linked()).toEqual([[], []]);
  await system.deliver("bookings", ofClient(1));
  expect(linked()).toEqual([["1"], ["1"]]);
});

/** What is to be found by an expression that fails is not taken for nothing. [W13] */
import { expect, it } from "@jest/globals";
import { parseMapping } from "../../src/mapping/parse.ts";
import { stateOf } from "../../src/operate/preview.ts";
import { createLookUpCache } from "../../src/sync/look-up-cache.ts";
import { createLookUps } from "../../src/sync/look-ups.ts";
import { planPurchase } from "../../src/sync/plan-purchase.ts";
import { purchase } from "../support/payloads.ts";

const MAPPING = `crm: salesforce
objects:
  owner:
    object: User
    per: booking
    find: { Email: booking.guide }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    fields: { OwnerId: owner.Id, StartDateTime: booking.start_at }
`;

it("[W13] what a record is found by makes no sense: its booking fails, and is not written without", async () => {
  const mapping = parseMapping(MAPPING, "x.yaml");
  const state = stateOf(
    purchase((body) => Object.assign(body._embedded.bookings[0], { guide: { work: "ana@shop.example" } })),
  );
  const asked: unknown[] = [];
  const find = async (query: unknown) => {
    asked.push(query);
    return [];
  };
  const lookedUp = await createLookUps({ find }, createLookUpCache()).ofPurchase(state, () => mapping);
  const { bookings, failures } = planPurchase(state, () => mapping, { lookedUp });
  expect(bookings).toEqual([]);
  expect(failures).toMatchObject([{ bookingId: "13477736", error: { kind: "misconfigured_mapping" } }]);
  expect(asked).toEqual([]);
});

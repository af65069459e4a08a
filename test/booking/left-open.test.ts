/** Which notifications leave open whether a booking is cancelled, so that BookingBug is to be asked [Q9, Q10]. */
import { describe, expect, it } from "@jest/globals";
import { type FoldPolicy, foldNotification } from "../../src/booking/fold.ts";
import { leavesOpen } from "../../src/booking/left-open.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import type { ArrivalRoute, PurchaseState } from "../../src/booking/types.ts";
import { listing } from "../support/listing.ts";
import type { Json } from "../support/payloads.ts";

const HOLD: FoldPolicy = { unflaggedCancellation: "hold", absent: "hold" };

type Came = readonly [route: ArrivalRoute, ids: readonly number[], first?: Json];

/** Whether the last of what came leaves something open. */
function isOpen(came: readonly Came[], policy: FoldPolicy = HOLD): boolean {
  let state: PurchaseState | undefined;
  let open = false;
  for (const [index, [route, ids, first = {}]] of came.entries()) {
    const body = listing(1, ids, (booking) => ids.length > 0 && Object.assign(booking, first));
    const parsed = parseNotification(body);
    if (parsed.kind !== "purchase") throw new Error("The body is a purchase.");
    const { notification } = parsed;
    const arrival = { seq: index + 1, order: index + 1, receivedAt: "2026-05-02T09:00:00.000Z", route, notification };
    const folded = foldNotification(state, arrival, policy);
    open = leavesOpen(folded.state, folded.changes, arrival);
    state = folded.state;
  }
  return open;
}

const both: Came = ["bookings", [10, 11]];
const moved: Json = { datetime: "2036-03-10T15:00:00+00:00", end_datetime: "2036-03-10T15:30:00+00:00" };

describe("a notification leaves open whether a booking is cancelled [Q9]", () => {
  it.each<[string, readonly Came[], FoldPolicy?]>([
    ["that repeats what is known on the booking URL", [both, both]],
    ["that repeats it of one, while another is cancelled", [both, ["updates", [10, 11], { is_cancelled: true }], both]],
    ["that cancels one of several without saying which", [both, ["cancellations", [10, 11]]]],
    ["that cancels so again", [both, ["cancellations", [10, 11]], ["cancellations", [10, 11]]]],
    ["that cancels so and lists none", [both, ["cancellations", []]]],
    ["that lacks a booking", [both, ["updates", [10]]]],
    ["that lacks a booking, which counts as cancelled", [both, ["updates", [10]]], { ...HOLD, absent: "cancel" }],
  ])("%s", (_, came, policy = HOLD) => {
    expect(isOpen(came, policy)).toBe(true);
  });
});

describe("a notification leaves nothing open [Q10]", () => {
  it.each<[string, readonly Came[]]>([
    ["that is the first", [both]],
    ["that says something new", [both, ["bookings", [10, 11], moved]]],
    ["that repeats what is known elsewhere than on the booking URL", [both, ["updates", [10, 11]]]],
    [
      "that says that it is cancelled",
      [
        ["bookings", [10]],
        ["bookings", [10], { is_cancelled: true }],
      ],
    ],
    [
      "that says that it is not",
      [
        ["bookings", [10], { is_cancelled: false }],
        ["bookings", [10], { is_cancelled: false }],
      ],
    ],
    [
      "of which all is cancelled",
      [
        ["bookings", [10], { is_cancelled: true }],
        ["bookings", [10]],
      ],
    ],
    ["that was read back", [both, ["read_back", [10, 11]]]],
    ["that was read back and left the question open", [both, ["cancellations", [10, 11]], ["read_back", [10, 11]]]],
  ])("%s", (_, came) => {
    expect(isOpen(came)).toBe(false);
  });
});

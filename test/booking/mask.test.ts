/** What is masked says nothing of a person, whatever it is called and however short it is. */
import { describe, expect, it } from "@jest/globals";
import { maskPayload } from "../../src/booking/mask.ts";

describe("a masked payload", () => {
  it.each([
    ["a name of two characters", { client_name: "王伟", first_name: "Xu", last_name: "O" }],
    ["a name taken apart", { name: "Zoë".normalize("NFD") }],
    ["a number, as text and as digits", { mobile: "07946095800", phone: 447946095800 }],
    ["an address that is called an id", { email_id: "ada@example.com", loginId: "ada", skype_id: "ada.lovelace" }],
    ["a sentence that is called an instant", { looked_at: "by Ada" }],
    ["an address in a harmless place", { status: "of ada@example.com" }],
    ["a person in a key", { "ada@example.com": true, 王伟: 1 }],
    ["answers", { answers: [{ value: "Xu" }, "Xu"] }],
  ])("has lost %s", (_what, payload) => {
    expect(JSON.stringify(maskPayload(payload))).not.toMatch(/王|Xu|"O"|Zo|\d{7}|ada|Ada/);
  });

  it("keeps what tells operators something", () => {
    const payload = {
      id: 11610441,
      purchase_id: "11610441",
      member_ids: ["7", 8],
      eventId: "a1b2-c3",
      created_at: "2026-01-01T00:00:00Z",
      status: "booked",
      is_cancelled: false,
      service_name: "Consultation",
    };
    expect(maskPayload(payload)).toEqual(payload);
  });
});

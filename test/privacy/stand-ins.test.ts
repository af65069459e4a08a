/** A recorded test holds, and nothing of the people in the purchase is in it. [E5] */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { personalTexts } from "../../src/booking/personal.ts";
import { withStandIns } from "../../src/booking/stand-ins.ts";
import { loadMappings } from "../../src/mapping/loader.ts";
import { testOf } from "../../src/operate/mapping-record.ts";
import { stateAfter, testMappings } from "../../src/operate/mapping-tests.ts";
import { firstBooking, type Json, movedTo, purchase, sample } from "../support/payloads.ts";

const at = "2017-03-07T10:00:00Z";
const set = await loadMappings("mappings");

const PERSON = {
  first_name: "Qzfirst Qzmiddle",
  last_name: "Qzlast",
  email: "Qzmail+tag@qzhost.example",
  address1: "1 Qzstreet",
  address3: "Qztown",
  postcode: "QZ1 9BC",
  country: "Qzland",
  mobile: "07700900461",
  phone: "+44 (0)7700 900462",
  reference: "QZREF77",
  nickname: "Qznick",
  birthday: "1961-04-17",
  dt812: "Qzdynamic",
  q: { "812": { answer: "Qzq", name: "How are you, Qzlast?" } },
  answers: [{ question_id: 4, question_text: "Allergies?", value: "Qzallergy to 48151623" }],
};

/** Synthetic: everything that can be about somebody, in the shapes that BookingBug and JRNI say it in. */
function full(): Json {
  return purchase((body) => {
    body.client_name = "Qzfirst Qzmiddle Qzlast";
    body.note = "Qznote of a call";
    Object.assign(body._embedded.client, PERSON);
    Object.assign(body._embedded.member, PERSON, { name: "Qzfirst Qzmiddle Qzlast", comp_ref: "QZREF77" });
    Object.assign(firstBooking(body), {
      first_name: PERSON.first_name,
      last_name: PERSON.last_name,
      email: PERSON.email,
      full_describe: "Fitting for Qzlast with Qzstaff (CANCELLED)",
      describe: "Qzlast at ten",
      person_name: "Qzstaff Qzsurname",
      service_name: "Fitting of Qzlast",
      private_note: "Qzprivate",
      notes: { public: ["Qzpublic"], private: [{ id: 1, note: "Qznotes" }] },
      client_phone: "07700 900 463",
      settings: { alternate_mobile: "07700900464", child_clients: [{ id: 7, name: "Qzchild" }], "qz@qzkey.example": 1 },
      address: { address1: "2 Qzhome", lat: 51.481516, phone: "020 7946 0461" },
      questions: { "5": { answer: "Qzsummary", name: "Anything?" } },
      answers_summary: [{ name: "Anything?", answer: "Qzagain", question_id: 5 }],
    });
    firstBooking(body)._embedded.answers = [
      { question_id: 9, question_text: "A tick", value: "1" },
      { question_id: 10, question_text: "Who sent you?", value: "Qzfriend" },
    ];
  });
}

const JRNI = {
  appointment: {
    bookingId: 4815162342,
    longId: "Qzsecret",
    companyStartTime: "2023-03-10T11:30:00-05:00",
    duration: 30,
    joinVideoURL: "https://meet.example/qzroom",
    customBookingFields: [{ ref: "Do you agree?", value: "Qzjrni" }],
  },
  company: { jrniId: 37, name: "Qzcompany", timezone: "America/New_York", address: "3 Qzplace" },
  staff: { jrniId: 12, name: "Qzstaff", email: "qzstaff@qzhost.example" },
  customer: { jrniId: 4815162343, firstName: "Qzfirst", lastName: "Qzlast", homePhone: "07700 900461" },
};

const MARKS = /qz|900 ?46|48151623|51\.48|1961|0461/i;
const step = (body: Json, route: "bookings" | "updates" = "bookings") => ({ body, route, at });

async function holds(text: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await mkdir(join(folder, "tests"));
  await writeFile(join(folder, "tests", "recorded.yaml"), text);
  return await testMappings(folder, set);
}

describe("a recorded test", () => {
  it.each(["salesforce", "hubspot"])(
    "of %s holds, and has nothing of the people whom the samples name",
    async (crm) => {
      for (const name of ["purchase-created", "purchase-with-answers", "purchase-event"]) {
        const history = [step(sample(name))];
        const text = testOf(history, crm, set);
        expect(await holds(text)).toMatchObject({ problems: [], results: [{ failures: [] }] });
        const telling = personalTexts(stateAfter(history)).filter(({ text: one }) => one.length > 2);
        expect(telling.length).toBeGreaterThan(name === "purchase-event" ? 2 : 4);
        const said = JSON.stringify(parse(text));
        const survivors = telling.filter(({ text: one }) => new RegExp(`\\b${RegExp.escape(one)}\\b`, "i").test(said));
        expect(survivors).toEqual([]);
        expect(said).not.toMatch(/3056937|11610441|13477736|"_links":\{\}|[A-Za-z0-9]{12,}%3D/);
      }
    },
  );

  it("has nothing of anybody in any shape, and keeps what a mapping decides by", async () => {
    const body = full();
    const moved = movedTo(body, "2017-03-11T11:30:00+00:00", "2017-03-11T12:00:00+00:00");
    const text = testOf([step(body), step(moved, "updates")], "salesforce", set);
    expect(text).not.toMatch(MARKS);
    expect(await holds(text)).toMatchObject({ problems: [], results: [{ failures: [] }] });
    for (const kept of [
      "company_id: 50666",
      "service_id: 104747",
      "question_id: 10",
      "Who sent you?",
      "person/30553",
      'mobile_prefix: "44"',
      "(CANCELLED)",
    ])
      expect(text).toContain(kept);
    const jrni = testOf([step(JRNI)], "salesforce", set);
    expect(jrni).not.toMatch(MARKS);
    expect(jrni).toContain("jrniId: 37");
    expect(await holds(jrni)).toMatchObject({ problems: [], results: [{ failures: [] }] });
  });

  it("keeps the shape of what it replaces, and one person one", () => {
    const [first, second] = withStandIns([full(), full()], {
      personal: [],
      words: new Set(["Qzfriend", "Qzlast"]),
    }) as Json[];
    expect(second).toEqual(first);
    const { client, member, bookings } = first._embedded;
    expect(first.client_name).toBe(`${client.first_name} ${client.last_name}`);
    expect(member).toMatchObject({ id: client.id, name: first.client_name, email: client.email });
    expect(client).toMatchObject({
      first_name: expect.stringMatching(/^[A-Z]\w+ [A-Z]\w+$/),
      email: expect.stringMatching(/^\w+@example\.com$/),
      mobile: expect.stringMatching(/^077\d{8}$/),
      phone: expect.stringMatching(/^\+44 \(0\)\d{4} \d{6}$/),
      birthday: expect.stringMatching(/^2001-/),
      postcode: expect.stringMatching(/^[A-Z]+\d \d[A-Z]+$/),
    });
    expect(client.mobile).not.toBe(client.phone);
    expect(bookings[0]).toMatchObject({ purchase_id: first.id, datetime: "2017-03-10T11:30:00+00:00", price: 1500 });
    // The mapping's own words stand in the repository already; a person's name stays nobody's even so.
    expect(bookings[0]._embedded.answers).toMatchObject([{ value: "1" }, { value: "Qzfriend" }]);
    expect(client.last_name).not.toBe("Qzlast");
  });
});

/** Metadata: what a field is to a mapping. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { FieldDescription } from "../../../connectors/connector.ts";
import { API, connectTo, errorOf, type Peer, startPeer, TOKEN_PATH } from "./peer.ts";

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

const writable = { createable: true, updateable: true, nillable: true, defaultedOnCreate: false };

async function described(raw: Readonly<Record<string, unknown>>): Promise<FieldDescription | undefined> {
  const field = { name: "F__c", label: "A field", ...writable, ...raw };
  const body = { name: "Contact", label: "Contact", fields: [field] };
  peer.script = ({ path }) => (path === TOKEN_PATH ? undefined : { body });
  return (await connectTo(peer).connector.describe("Contact")).fields.get("F__c");
}

describe("describe", () => {
  it("reads the object's name, label and fields", async () => {
    expect(await described({ type: "string", length: 80 })).toEqual({
      name: "F__c",
      label: "A field",
      kind: "string",
      maxLength: 80,
      createable: true,
      updateable: true,
      required: false,
      unique: false,
    });
    expect(peer.calls.map(({ path }) => path)).toEqual([`${API}/sobjects/Contact/describe`]);
  });

  it.each([
    ["textarea", "string"],
    ["email", "string"],
    ["phone", "string"],
    ["url", "string"],
    ["combobox", "string"],
    ["int", "number"],
    ["double", "number"],
    ["currency", "number"],
    ["percent", "number"],
    ["boolean", "boolean"],
    ["date", "date"],
    ["datetime", "datetime"],
    ["reference", "reference"],
    ["picklist", "enum"],
    ["multipicklist", "enum"],
    ["address", "other"],
    ["something new", "other"],
  ])("takes %s for %s", async (type, kind) => {
    expect(await described({ type })).toMatchObject({ kind });
  });

  it("lists a picklist's active values only where Salesforce insists on them", async () => {
    const picklistValues = [{ value: "Busy" }, { value: "Free", active: true }, { value: "Old", active: false }];
    expect(await described({ type: "picklist", restrictedPicklist: true, picklistValues })).toMatchObject({
      options: ["Busy", "Free"],
    });
    expect(await described({ type: "picklist", restrictedPicklist: false, picklistValues })).not.toHaveProperty(
      "options",
    );
    expect(await described({ type: "combobox", restrictedPicklist: false, picklistValues })).not.toHaveProperty(
      "options",
    );
  });

  it.each([
    ["cannot be empty", { nillable: false }, true],
    ["has a default", { nillable: false, defaultedOnCreate: true }, false],
    ["cannot be set", { nillable: false, createable: false }, false],
  ])("knows whether a field that %s is required", async (_what, raw, required) => {
    expect(await described({ type: "string", ...raw })).toMatchObject({ required });
  });

  it.each([
    ["an external id that is unique", { externalId: true, idLookup: true, unique: true }, true],
    ["an external id that is not", { externalId: true, idLookup: true, unique: false }, false],
    ["an e-mail, which can be looked up by", { idLookup: true, unique: false }, false],
  ])("knows whether it can rely on %s", async (_what, raw, unique) => {
    expect(await described({ type: "string", ...raw })).toMatchObject({ unique });
  });

  it("says that an object does not exist", async () => {
    const error = await errorOf(connectTo(peer).connector.describe("Nope__c"));
    expect(error).toMatchObject({ kind: "misconfigured", code: "NOT_FOUND", object: "Nope__c" });
  });
});

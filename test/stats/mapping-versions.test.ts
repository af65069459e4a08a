import { expect, it } from "@jest/globals";
import { loadMappings } from "../../src/mapping/loader.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createMappingVersions } from "../../src/stats/mapping-versions.ts";
import { useRedis } from "../support/use-redis.ts";

const redis = useRedis();

it("a mapping file is in force since its text changed, whichever process says so and however often", async () => {
  const [one, other] = [createMappingVersions(redis(), createKeys()), createMappingVersions(redis(), createKeys())];
  const { mappings } = await loadMappings("mappings");
  await one.note(mappings);
  const first = await one.since();
  expect([...first.keys()].toSorted()).toEqual(["mappings/hubspot.yaml", "mappings/salesforce.yaml"]);
  const [hubspot, salesforce] = mappings.toSorted((a, b) => (a.crm < b.crm ? -1 : 1));
  if (hubspot === undefined || salesforce === undefined) throw new Error("two files were expected");
  await new Promise((resolve) => setTimeout(resolve, 5));
  await other.note([hubspot, { ...salesforce, version: "changed" }]);
  const later = await one.since();
  expect(later.get(hubspot.file)).toBe(first.get(hubspot.file));
  expect(Date.parse(later.get(salesforce.file) ?? "")).toBeGreaterThan(Date.parse(first.get(salesforce.file) ?? ""));
});

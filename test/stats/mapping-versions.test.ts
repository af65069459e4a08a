/** What was in force when, and what it said: whichever processes say so, and however often. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import { readMappings } from "../../src/mapping/loader.ts";
import { parseMappings } from "../../src/mapping/parse-all.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createMappingVersions, type MappingVersions } from "../../src/stats/mapping-versions.ts";
import { useRedis } from "../support/use-redis.ts";

const redis = useRedis();
const aProcess = (): MappingVersions => createMappingVersions(redis(), createKeys(), { retentionSeconds: 1_000 });
const texts = await readMappings("mappings");
const FILE = "mappings/salesforce.yaml";
const withLine = (line: string) =>
  texts.map((one) => (one.file === FILE ? { ...one, text: `${one.text}${line}\n` } : one));
const inForce = (some: typeof texts) => ({ texts: some, set: parseMappings(some) });
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => redis().flushall());

describe("a version of a mapping file", () => {
  it("is in force since its text changed, and stays so whoever notes it again", async () => {
    const [one, other] = [aProcess(), aProcess()];
    await one.note(inForce(texts));
    const first = await one.since();
    expect([...first.keys()].toSorted()).toEqual(["mappings/hubspot.yaml", FILE]);
    await later();
    await other.note(inForce(withLine("# changed")));
    const since = await one.since();
    expect(since.get("mappings/hubspot.yaml")).toBe(first.get("mappings/hubspot.yaml"));
    expect(Date.parse(since.get(FILE) ?? "")).toBeGreaterThan(Date.parse(first.get(FILE) ?? ""));
  });

  it("is remembered with its text and its time, also when it comes back [F3]", async () => {
    const web = aProcess();
    for (const line of ["# one", "# two", "# one"]) {
      await web.note(inForce(withLine(line)));
      await later();
    }
    const history = (await aProcess().history()).filter(({ file }) => file === FILE);
    expect(history).toHaveLength(3);
    const [now, two, one] = history;
    expect(now?.version).toBe(one?.version);
    expect([now?.until, two?.until, one?.until]).toEqual([undefined, now?.since, two?.since]);
    expect(await web.text(two?.version ?? "")).toMatch(/# two\n$/);
    expect(await redis().ttl(createKeys().mappingText(two?.version ?? ""))).toBeGreaterThan(0);
  });

  it("is in force once, also while an old process and a new one run side by side [F3]", async () => {
    const [old, young] = [aProcess(), aProcess()];
    for (let beat = 0; beat < 4; beat += 1) {
      await old.note(inForce(withLine("# old")));
      await young.note(inForce(withLine("# new")));
      await later();
    }
    const history = (await old.history()).filter(({ file }) => file === FILE);
    expect(history).toHaveLength(2);
    expect(await old.text(history[0]?.version ?? "")).toMatch(/# new\n$/);
  });
});

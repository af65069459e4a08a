/** What a Redis Cluster asks of every script, whoever adds one: it touches the keys it was given and no other. */
import { glob, readFile } from "node:fs/promises";
import { expect, it } from "@jest/globals";

const ROOT = new URL("../../", import.meta.url).pathname;
/** They have no key. */
const KEYLESS = new Set(["TIME"]);

it("every Redis script names its keys as KEYS, so that a Cluster can find their node", async () => {
  const undeclared: string[] = [];
  let calls = 0;
  for await (const file of glob("src/**/*.ts", { cwd: ROOT })) {
    const text = await readFile(ROOT + file, "utf8");
    for (const [call, command = "", key = ""] of text.matchAll(/redis\.p?call\(\s*'(\w+)'\s*(?:,\s*([^,)]+))?/g)) {
      calls += 1;
      if (!KEYLESS.has(command) && !/^(KEYS\[[^\]]+\]?|unpack\(KEYS)$/.test(key.trim()))
        undeclared.push(`${file}: ${call}`);
    }
  }
  expect(calls).toBeGreaterThan(20);
  expect(undeclared).toEqual([]);
});

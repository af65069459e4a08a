/** Arrows between the rooms of the code point one way. */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { importsOf, readImports } from "./imports.ts";
import { ROOMS, type Rooms, roomOf, rowOf, unusedArrows, upwardArrows, wrongArrows } from "./rooms.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["src", "connectors", "sandbox"];
const imports = readImports(ROOT, FOLDERS);

describe("the rooms", () => {
  it("import what their row of the table allows, and nothing else", () => {
    expect(wrongArrows(imports, ROOMS)).toEqual([]);
    expect(imports.length).toBeGreaterThan(1_000);
  });

  it("are allowed nothing that they do not need", () => {
    expect(unusedArrows(imports, ROOMS)).toEqual([]);
  });

  it("stand in an order in which every arrow points down, so that there is no circle", () => {
    expect(upwardArrows(ROOMS)).toEqual([]);
  });

  it("are all in the table, and all of the table exist", () => {
    const files = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));
    const rooms = new Set(files.map((file) => rowOf(roomOf(file), ROOMS)));
    expect([...rooms].toSorted()).toEqual(Object.keys(ROOMS).toSorted());
  });

  it("are imported by files that exist", () => {
    expect(imports.filter(({ to }) => !existsSync(join(ROOT, to)))).toEqual([]);
  });
});

describe("the check itself", () => {
  const rooms: Rooms = { app: ["sync"], sync: ["booking"], booking: [], "connectors/*": ["contract"], contract: [] };

  it("sees every way to import a file", () => {
    const text = `
      import type { A } from "./a.ts";
      import { b, type B } from "../b.ts";
      export { c } from "./c.ts";
      export * from "./d.ts";
      import "./e.ts";
      type F = import("./f.ts").F;
      const g = async (): Promise<unknown> => (await import("./g.ts")).g;
      import { z } from "zod";
      // import { no } from "./comment.ts";
      const text = 'import { no } from "./text.ts"';
    `;
    const found = importsOf("src/sync/here.ts", text).map(({ to }) => to);
    expect(found).toEqual(
      ["a", "c", "d", "e", "f", "g"].map((name) => `src/sync/${name}.ts`).toSpliced(1, 0, "src/b.ts"),
    );
  });

  it.each([
    ["src/app/a.ts", "src/sync/b.ts", undefined],
    ["src/sync/a.ts", "src/sync/b.ts", undefined],
    ["src/sync/a.ts", "src/app/b.ts", "sync may not know app"],
    ["src/sync/a.ts", "sandbox/b.ts", "sync may not know sandbox"],
    ["src/sync/a.ts", "test/support/b.ts", "sync may not know test"],
    ["src/sync/a.ts", "connectors/salesforce/b.ts", "sync may not know connectors/salesforce"],
    ["connectors/hubspot/a.ts", "connectors/errors.ts", undefined],
    ["connectors/hubspot/a.ts", "connectors/salesforce/b.ts", "connectors/hubspot may not know connectors/salesforce"],
    ["connectors/hubspot/a.ts", "src/redis/b.ts", "connectors/hubspot may not know redis"],
    ["src/attic/a.ts", "src/booking/b.ts", "there is no room attic"],
  ])("judges %s -> %s", (from, to, why) => {
    expect(wrongArrows([{ from, to }], rooms)).toEqual(why === undefined ? [] : [`${from} -> ${to}: ${why}`]);
  });

  it("finds what is allowed and not needed", () => {
    const needed = [
      { from: "src/app/a.ts", to: "src/sync/b.ts" },
      { from: "connectors/hubspot/a.ts", to: "connectors/errors.ts" },
    ];
    expect(unusedArrows(needed, rooms)).toEqual(["sync -> booking"]);
  });

  it("finds a circle, as an arrow that points up", () => {
    expect(upwardArrows(rooms)).toEqual([]);
    expect(upwardArrows({ app: ["sync"], sync: ["booking"], booking: ["app"] })).toEqual(["booking -> app"]);
    expect(upwardArrows({ sync: ["sync"] })).toEqual(["sync -> sync"]);
    expect(upwardArrows({ sync: ["nowhere"] })).toEqual(["sync -> nowhere"]);
  });
});

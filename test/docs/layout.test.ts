/** The README's tree is the repository's: every folder is in it with its purpose, and nothing else. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What is there: the top-level folders, and what `src` holds. Empty folders and those that git ignores do not count. */
function layoutOf(root: string): string[] {
  const ignored = new Set(readFileSync(join(root, ".gitignore"), "utf8").split("\n"));
  const entriesOf = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`)
      .filter((path) => !path.endsWith("/") || (path !== ".git/" && !ignored.has(path) && holdsFiles(root, path)));
  return [...entriesOf("").filter((path) => path.endsWith("/")), ...entriesOf("src/")].toSorted();
}

function holdsFiles(root: string, folder: string): boolean {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true }).some((entry) => entry.isFile());
}

/** The last block of code, a line for each entry: what is indented is in the folder above it. */
function treeIn(readme: string): Map<string, string> {
  const [, block = ""] = [...readme.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].at(-1) ?? [];
  const tree = new Map<string, string>();
  let folder = "";
  for (const line of block.trimEnd().split("\n")) {
    const [, indent = "", name = "", purpose = ""] = /^( *)(\S+) *(.*)$/.exec(line) ?? [];
    if (indent === "") folder = name;
    tree.set(indent === "" ? name : folder + name, purpose);
  }
  return tree;
}

describe("the README's tree", () => {
  const tree = treeIn(readFileSync(join(ROOT, "README.md"), "utf8"));

  it("has every folder and every entry point, and invents none", () => {
    expect([...tree.keys()].toSorted()).toEqual(layoutOf(ROOT));
  });

  it("says of each what it is for", () => {
    expect([...tree].filter(([, purpose]) => purpose.split(" ").length < 2)).toEqual([]);
  });
});

describe("the check itself", () => {
  const root = mkdtempSync(join(tmpdir(), "layout-"));
  afterAll(() => rmSync(root, { recursive: true }));

  it("sees a new folder, in a copy without git too, and leaves out what git ignores", () => {
    const files = ["src/web.ts", "src/new/room.ts", "node_modules/a/index.js", "docs/a.md", "notes.md", ".gitignore"];
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), file === ".gitignore" ? "node_modules/\n" : "");
    }
    mkdirSync(join(root, "empty"));
    expect(layoutOf(root)).toEqual(["docs/", "src/", "src/new/", "src/web.ts"]);
  });

  it("reads a tree", () => {
    const readme = "```sh\nnot this\n```\n\n```\ndocs/\nsrc/    the service\n  web.ts  receives\n  new/  a room\n```\n";
    expect([...treeIn(readme)]).toEqual([
      ["docs/", ""],
      ["src/", "the service"],
      ["src/web.ts", "receives"],
      ["src/new/", "a room"],
    ]);
  });
});

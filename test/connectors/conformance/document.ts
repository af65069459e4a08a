/** docs/conformance.md: what passed, by case and peer. */
import { readFile, writeFile } from "node:fs/promises";
import type { Case } from "../../../connectors/conformance/harness.ts";
import type { Peer } from "./peers.ts";

export type Result = "passes" | "fails" | "has no meaning";

const MARKS: Readonly<Record<Result, string>> = { passes: "✓", fails: "✗", "has no meaning": "–" };
const FILE = new URL("../../../docs/conformance.md", import.meta.url);

export function render(
  peers: readonly Peer[],
  sections: Readonly<Record<string, readonly Case[]>>,
  resultOf: (name: string, peer: Peer) => Result,
): string {
  const head = `| case | ${peers.map(({ code }) => code).join(" | ")} |\n|---|${peers.map(() => ":-:|").join("")}`;
  const row = (name: string): string => `| ${name} | ${peers.map((peer) => MARKS[resultOf(name, peer)]).join(" | ")} |`;
  const tables = Object.entries(sections).map(
    ([title, cases]) => `## ${title}\n\n${head}\n${cases.map(({ name }) => row(name)).join("\n")}\n`,
  );
  return [
    "# Conformance\n",
    "Written by the tests, which fail when it is out of date: each case against each peer. A peer is the sandbox of a CRM in",
    "one of the ways that its vendor's documentation leaves open. ✓ passes, ✗ fails, – has no meaning for this CRM.\n",
    "| peer | |\n|---|---|",
    ...peers.map(({ code, name }) => `| ${code} | ${name} |`),
    "",
    ...tables,
  ].join("\n");
}

/** @returns the document as it stands, after writing it anew where that is asked for (`WRITE_CONFORMANCE=1`) */
export async function current(text: string): Promise<string> {
  if (process.env.WRITE_CONFORMANCE) await writeFile(FILE, text);
  return await readFile(FILE, "utf8");
}

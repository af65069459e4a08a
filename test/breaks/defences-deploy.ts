/** Breaks of what stands between a version and its first record: the printed order, the release phase, and what a fork's host runs. */
import type { Break } from "../../bench/breaks-list.ts";

const first = (only: string) => ["test/deploy/first-deployment.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "the page leaves out what the CRM has to have before the first push",
    file: "docs/deployment.md",
    from: "bin/crm-sync provision       # creates",
    to: "bin/crm-sync config       # creates",
    caughtBy: first("leads to the first record"),
    invariant: "E9",
  },
  {
    name: "a mapping that does not fit the CRM is released",
    file: "src/operate/release-check.ts",
    from: "return { problems: problems.map(formatProblem), notes:",
    to: "return { problems: [], notes:",
    caughtBy: first("is refused by the release phase"),
    invariant: "E9",
  },
  {
    name: "the workflow runs a command that there is not",
    file: ".github/workflows/ci.yml",
    from: "- run: bin/test",
    to: "- run: bin/tests",
    caughtBy: ["test/deploy/forks.test.ts", "what there is"],
    invariant: "E7",
  },
  {
    name: "the workflow tests with another Node than the one that is deployed",
    file: ".github/workflows/ci.yml",
    from: "node-version: 24",
    to: "node-version: 26",
    caughtBy: ["test/deploy/forks.test.ts", "the Node of package.json"],
    invariant: "E7",
  },
  {
    name: "doctor finds a Redis well that is nearly full",
    file: "src/operate/doctor/redis.ts",
    from: "if (used < limit * NEARLY_ALL) return well(said);\n  return ill(\n",
    to: "if (used < limit) return well(said);\n  return ill(\n",
    caughtBy: ["test/operate/doctor-redis.test.ts", "that is nearly used up"],
    invariant: "E7",
  },
  {
    name: "a Redis that must not be asked about snapshots is taken for one that keeps them",
    file: "src/redis/inspect.ts",
    from: "return undefined;",
    to: "return true;",
    caughtBy: ["test/redis/inspect.test.ts", "instead of taking that for snapshots"],
    invariant: "E7",
  },
  {
    name: "in containers the web process is reached past what ends TLS",
    file: "compose.yaml",
    from: '      PORT: "3000"\n',
    to: '      PORT: "3000"\n    ports:\n      - "3000:3000"\n',
    caughtBy: ["test/deploy/production-files.test.ts", "but through Caddy"],
    invariant: "E7",
  },
  {
    name: "packages of any size are deployed",
    file: "bin/deployed.mjs",
    from: "if (total > MOST_BYTES)",
    to: "if (total > MOST_BYTES * 1.1)",
    caughtBy: ["test/deploy/packages.test.ts", "is refused above"],
    invariant: "S11",
  },
  {
    name: "the style sheet that is served is another than the package's",
    file: "src/admin/assets/assets.ts",
    from: 'new URL("pico.min.css"',
    to: 'new URL("style.css"',
    caughtBy: ["test/admin/assets.test.ts", "Pico is"],
    invariant: "S11",
  },
];

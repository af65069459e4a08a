/** Breaks of small defences: what is given to somebody who has no need of it. */
import type { Break } from "../../bench/breaks-list.ts";

const board = (only: string) => ["test/admin/board.test.ts", only] as const;
const BOARD = "src/admin/board.ts";

export const breaks: readonly Break[] = [
  {
    name: "a broken percent sign is a fault of ours",
    file: "src/app/web-app.ts",
    from: "  app.use(readablePaths());\n",
    to: "",
    caughtBy: ["test/http/broken-paths.test.ts", "is a 400"],
    invariant: "S1",
  },
  {
    name: "the queues' page does whatever bull-board can",
    file: BOARD,
    from: "noteChanges(deps), ourButtonsOnly(), without",
    to: "noteChanges(deps), without",
    caughtBy: board("does not do"),
    invariant: "S11",
  },
  {
    name: "the buttons of the queues' page are known by their path alone",
    file: BOARD,
    from: '(method === "PUT" && BUTTONS.some((button) => button.test(path)))',
    to: 'path.startsWith("/api/queues/")',
    caughtBy: board("does not do"),
    invariant: "S11",
  },
  {
    name: "readiness tells anybody the mappings' files",
    file: "src/mapping/in-force.ts",
    from: "describeInForce({ loadedAt, rejected }: MappingsInForce): string {",
    to: "describeInForce({ loadedAt: at, set, rejected }: MappingsInForce): string {\n  const loadedAt = at + set.mappings.map(({ file }) => file).join();",
    caughtBy: ["test/e2e/live-mappings.test.ts", "readiness says so"],
    invariant: "S11",
  },
  {
    name: "a server listens everywhere, whatever LISTEN_HOST says",
    file: "src/http/server.ts",
    from: "server.listen({ port, ...(host !== undefined && { host }) }, () => {",
    to: "server.listen({ port }, () => {",
    caughtBy: ["test/http/host.test.ts", "and on no other"],
    invariant: "S11",
  },
  {
    name: "TypeScript is deployed, and nothing says so",
    file: "bin/deployed.mjs",
    from: "process.exit(1);",
    to: "process.exit(0);",
    caughtBy: ["test/deploy/packages.test.ts", "where TypeScript"],
    invariant: "S11",
  },
  {
    name: "what only development needs is in the list of what is deployed",
    file: "bin/sbom.mjs",
    from: 'whole.components.filter((component) => deployed.has(component["bom-ref"]))',
    to: "whole.components",
    caughtBy: ["test/deploy/packages.test.ts", "lists every package"],
    invariant: "S11",
  },
  {
    name: "nobody sees that notifications of forgotten people are kept out",
    file: "src/admin/pages/overview.ts",
    from: "${suppressed > 0 && html`",
    to: "${suppressed < 0 && html`",
    caughtBy: ["test/admin/pages.test.ts", "once there are any"],
    invariant: "S6",
  },
  {
    name: "a list asks of each of its people by itself whether they were forgotten",
    file: "src/inbox/suppression.ts",
    from: "const AT_ONCE = 100;",
    to: "const AT_ONCE = 1;",
    caughtBy: ["test/receiver/suppression.test.ts", "asks once for all"],
    invariant: "S6",
  },
];

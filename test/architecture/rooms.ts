/** The rooms of the code, and which of them may know which. */
import type { Import } from "./imports.ts";

/** Each room with those it may import. */
export type Rooms = Readonly<Record<string, readonly string[]>>;

/**
 * From the top down: a room imports rooms further down only, so that there are no circles. What no file needs any more is
 * taken out. `connectors/*` is each CRM, `tools` what they share, `contract` what the core may know of
 * them, `connectors/world` what an org or account may be, which the sandbox can play, `list` the one place that names them.
 */
export const ROOMS: Rooms = {
  "web.ts": ["app"],
  "worker.ts": ["app"],
  "trial.ts": ["app"],
  "start.ts": ["app"],
  "warm.ts": ["app", "admin"],
  "cli.ts": ["app", "cli"],
  cli: [
    "app",
    "drift",
    "import",
    "bulk",
    "operate",
    "reconcile",
    "inbox",
    "audit",
    "people",
    "config",
    "mapping",
    "booking",
    "list",
    "contract",
  ],
  app: [
    ...[
      "admin",
      "import",
      "bulk",
      "operate",
      "drift",
      "reconcile",
      "alerts",
      "events",
      "health",
      "metrics",
      "sync",
      "receiver",
      "oauth",
      "synclog",
      "inbox",
      "stats",
      "audit",
      "people",
    ],
    ...["http", "config", "bookingbug", "mapping", "redis", "list", "contract"],
  ],
  events: ["synclog", "http", "redis", "contract"],
  admin: [
    ...["bulk", "operate", "drift", "health", "metrics", "reconcile", "sync", "synclog", "inbox", "stats", "audit"],
    "people",
    ...["http", "config", "mapping", "booking", "list", "contract"],
  ],
  import: [
    ...["operate", "reconcile", "sync", "receiver", "synclog", "inbox"],
    ...["bookingbug", "mapping", "booking", "redis"],
  ],
  bulk: ["operate", "drift", "sync", "inbox", "stats", "booking", "redis", "contract"],
  operate: [
    "drift",
    "sync",
    "receiver",
    "synclog",
    "inbox",
    "stats",
    "config",
    "bookingbug",
    "mapping",
    "booking",
    "redis",
    "list",
    "contract",
  ],

  alerts: ["health", "reconcile", "synclog", "stats", "mapping", "http", "redis", "contract"],
  health: ["metrics", "drift", "reconcile", "sync", "synclog", "stats", "mapping", "redis"],
  metrics: ["drift", "reconcile", "sync", "synclog", "inbox", "stats", "redis"],
  drift: ["sync", "synclog", "inbox", "mapping", "redis", "contract"],
  reconcile: ["sync", "receiver", "inbox", "stats", "bookingbug", "booking", "redis", "contract"],
  sync: ["synclog", "inbox", "stats", "bookingbug", "mapping", "booking", "redis", "contract"],
  receiver: ["inbox", "stats", "http", "config", "booking", "contract"],
  oauth: ["http", "config"],
  people: ["config", "redis"],
  synclog: ["booking", "redis", "contract"],
  inbox: ["booking", "redis"],
  stats: ["mapping", "redis", "contract"],
  audit: ["redis", "contract"],
  http: ["config", "redis"],

  config: ["bookingbug", "booking", "redis", "contract"],
  bookingbug: ["booking"],
  mapping: ["booking", "contract"],
  booking: [],
  redis: [],

  list: ["connectors/*", "contract"],
  "connectors/*": ["tools", "contract", "connectors/world"],
  tools: ["contract"],
  "connectors/conformance": ["contract"],
  contract: [],

  sandbox: ["connectors/world"],
  "connectors/world": [],
  "admin/browser": [],
};

const CONTRACT = ["connector", "edits", "errors", "redact", "recognise", "tokens"].map(
  (name) => `connectors/${name}.ts`,
);

/** @param file a path from the root of the repository */
export function roomOf(file: string): string {
  const [top = "", second = ""] = file.split("/");
  if (top === "src") return file.startsWith("src/admin/browser/") ? "admin/browser" : second;
  if (top !== "connectors") return top;
  if (CONTRACT.includes(file)) return "contract";
  if (file === "connectors/index.ts") return "list";
  return second.endsWith(".ts") ? "tools" : `connectors/${second}`;
}

/** The name a room goes by in a table: its own, or the one for every CRM. */
export function rowOf(room: string, rooms: Rooms): string {
  return room.startsWith("connectors/") && rooms[room] === undefined ? "connectors/*" : room;
}

/** Imports that no row allows, each with the reason. */
export function wrongArrows(imports: readonly Import[], rooms: Rooms): string[] {
  return imports.flatMap(({ from, to }) => {
    const [source, target] = [roomOf(from), roomOf(to)];
    if (source === target) return [];
    const allowed = rooms[rowOf(source, rooms)];
    if (allowed === undefined) return [`${from} -> ${to}: there is no room ${source}`];
    return allowed.includes(rowOf(target, rooms)) ? [] : [`${from} -> ${to}: ${source} may not know ${target}`];
  });
}

/** What the rows allow and no import needs. */
export function unusedArrows(imports: readonly Import[], rooms: Rooms): string[] {
  const used = new Set(imports.map(({ from, to }) => `${rowOf(roomOf(from), rooms)} -> ${rowOf(roomOf(to), rooms)}`));
  return arrowsOf(rooms).filter((arrow) => !used.has(arrow));
}

/** Arrows of the rows that do not point to a row further down; without any, there is no circle. */
export function upwardArrows(rooms: Rooms): string[] {
  const order = Object.keys(rooms);
  return arrowsOf(rooms).filter((arrow) => {
    const [from = "", to = ""] = arrow.split(" -> ");
    return order.indexOf(to) <= order.indexOf(from);
  });
}

function arrowsOf(rooms: Rooms): string[] {
  return Object.entries(rooms).flatMap(([from, allowed]) => allowed.map((to) => `${from} -> ${to}`));
}

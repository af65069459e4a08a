/** What the server needs of each of its faces: the two make-believe CRMs, and BookingBug. */
import type { FaultAction } from "./faults.ts";
import type { Stamp, Values } from "./table.ts";

export interface SandboxRequest {
  readonly method: string;
  /** Decoded path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SandboxStats {
  /** Requests by what they were for. */
  readonly calls: Record<string, number>;
  /** Things a well-behaved client never does. */
  readonly violations: string[];
  rateLimited: number;
}

export interface SandboxRecord {
  readonly id: string;
  readonly values: Values;
  readonly links: readonly string[];
}

/** What an admin does to a field: takes it away, makes it otherwise, or puts everything of it back. */
export type FieldChange =
  | { readonly kind: "remove" | "read_only" | "required" | "not_unique" | "restore" | "number" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "options"; readonly options: readonly string[] };

/** Somebody that the service talks to. */
export interface SandboxFace {
  readonly name: "salesforce" | "hubspot" | "bookingbug";
  owns(path: string): boolean;
  handle(request: SandboxRequest, fault: FaultAction | undefined): SandboxAnswer;
  readonly stats: SandboxStats;
  reset(): void;
}

export interface SandboxCrm extends SandboxFace {
  readonly name: "salesforce" | "hubspot";
  /** Live records, for people and tests to look at. */
  records(object: string): SandboxRecord[];
  /** As if somebody had typed it in. @returns its id */
  seed(object: string, values: Values): string;
  /** As if somebody had changed it by hand. */
  edit(object: string, id: string, values: Values, stamp?: Stamp): void;
  remove(object: string, id: string, stamp?: Stamp): void;
  /** As if somebody had associated another record with it: in HubSpot any, in Salesforce a guest of an event. */
  link(object: string, id: string, otherId: string): void;
  /** As if somebody had taken the link between the two records away. */
  unlink(object: string, id: string, otherId: string): void;
  /** As if an admin had changed the field. @throws where the CRM knows no such change */
  alter(object: string, field: string, change: FieldChange): void;
  /** As if somebody had merged the other record into the survivor. */
  merge(object: string, survivorId: string, otherId: string): void;
}

export function createStats(): SandboxStats {
  return { calls: {}, violations: [], rateLimited: 0 };
}

export function count(stats: SandboxStats, what: string): void {
  stats.calls[what] = (stats.calls[what] ?? 0) + 1;
}

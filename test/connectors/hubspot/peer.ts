/** A HubSpot whose answers a test scripts: every request is recorded. */
import type { Connector, FieldValues, Link, RecordWrite } from "../../../connectors/connector.ts";
import type { CrmError } from "../../../connectors/errors.ts";
import { hubspot } from "../../../connectors/hubspot/index.ts";
import { type Exchange, exchanges } from "../../../sandbox/exchanges.ts";
import {
  type Answer,
  type Connected,
  type ConnectOptions,
  connected,
  type PlainRequest,
  type Reply,
  type ScriptedServer,
  startScripted,
} from "../scripted-peer.ts";

export type { Answer, Reply } from "../scripted-peer.ts";

export interface Input {
  readonly id?: string;
  readonly idProperty?: string;
  readonly objectWriteTraceId?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly from?: { readonly id: string };
  readonly to?: { readonly id: string };
}

export interface Received {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly token: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
  readonly inputs: readonly Input[];
}

export type Script = (request: Received) => Reply | undefined;

export interface Peer extends ScriptedServer {
  readonly calls: Received[];
  script: Script;
}

const UNKNOWN: Answer = { status: 404, body: { status: "error", message: "resource not found" } };

export async function startPeer(script: Script = () => undefined): Promise<Peer> {
  const calls: Received[] = [];
  const server = await startScripted((request) => {
    const received = receivedOf(request);
    calls.push(received);
    exchanges.publish(toExchange(request));
    return peer.script(received) ?? UNKNOWN;
  }, '{"results":[');
  const peer: Peer = { ...server, calls, script };
  return peer;
}

/** Requests to a scripted peer keep to the contract as those to the sandbox do; its answers are what a test wants. */
function toExchange({ method, url, headers, text }: PlainRequest): Exchange {
  return { crm: "hubspot", request: { method, path: url.pathname, query: url.searchParams, headers, body: text } };
}

function receivedOf({ method, url, token, text }: PlainRequest): Received {
  const body = text === "" ? undefined : JSON.parse(text);
  return { method, path: url.pathname, token, text, body, inputs: body?.inputs ?? [] };
}

export function connectTo(peer: Peer, options: ConnectOptions = {}): Connected {
  return connected(hubspot, { HUBSPOT_ACCESS_TOKEN: "pat-eu1-x", HUBSPOT_BASE_URL: peer.url }, options);
}

export const OBJECTS = "/crm/objects/2026-09";
export const KEY = "bookingbug_id";

export function upsert(value: string, values: FieldValues = {}, links: readonly Link[] = []): RecordWrite {
  return { object: "contacts", target: { by: "external_id", field: KEY, value, expect: "unknown" }, values, links };
}

export function update(
  id: string,
  values: FieldValues = { lastname: "Silva" },
  links: readonly Link[] = [],
): RecordWrite {
  return { object: "contacts", target: { by: "id", id }, values, links };
}

/** A meeting that nobody tried to write before. */
export function create(value: string, values: FieldValues = {}, toId = "501"): RecordWrite {
  return {
    object: "meetings",
    target: { by: "external_id", field: "bookingbug_booking_id", value, expect: "new" },
    values: { hs_timestamp: "2036-03-10T11:30:00Z", ...values },
    links: [{ via: "200", toObject: "contacts", toId }],
  };
}

export const findByEmail = (connector: Connector, value: string) =>
  connector.find({ object: "contacts", by: { field: "email", value }, select: ["lastname"] });

/** The id that this peer gives to an input. */
export const idOf = ({ id, properties }: Input): string =>
  String(1_000 + Number((properties?.[KEY] ?? properties?.bookingbug_booking_id ?? id ?? "0").replace(/\D/g, "")));

export type Item = Record<string, unknown>;

/** A result as HubSpot gives it: it names its input by trace id and gives back what was written. */
const saved = (input: Input): Item => ({
  id: input.idProperty === undefined && input.id !== undefined ? input.id : idOf(input),
  properties: { ...input.properties, hs_object_id: idOf(input) },
  objectWriteTraceId: input.objectWriteTraceId,
  new: true,
});

/** Accepts every input of a batch, but for what `change` makes of its result. */
export function accept(
  { inputs }: Received,
  change: (item: Item, input: Input) => Item | undefined = (item) => item,
  errors: readonly unknown[] = [],
): Answer {
  const results = inputs.flatMap((input) => change(saved(input), input) ?? []);
  const failed = errors.length > 0 && { numErrors: errors.length, errors };
  return { status: errors.length > 0 ? 207 : 200, body: { status: "COMPLETE", results, ...failed } };
}

export function problem(
  status: number,
  category: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers, body: { status: "error", message, category, correlationId: "c-1", ...more } };
}

/** What HubSpot says of properties, so that the connector can tell unique ones apart. */
export function propertiesOf(unique: readonly string[], others: readonly string[] = []): Answer {
  const describe = (hasUniqueValue: boolean) => (name: string) => ({
    name,
    label: name,
    type: "string",
    fieldType: "text",
    hasUniqueValue,
  });
  return { body: { results: [...unique.map(describe(true)), ...others.map(describe(false))] } };
}

/** @returns the error a call ends with */
export async function errorOf(promise: Promise<unknown>): Promise<CrmError & { retryAt?: Date; scope?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as CrmError;
  }
  throw new Error("it did not fail");
}

/** What became of each write: its id, or its error's kind. */
export function outcomes(connector: Connector, writes: readonly RecordWrite[]): Promise<string[]> {
  return Promise.all(
    writes.map((write) =>
      connector.save(write).then(
        ({ id }) => id,
        ({ kind, message }) => kind ?? message,
      ),
    ),
  );
}

export const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** A HubSpot whose answers a test scripts: HTTP on loopback, every request recorded. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type CallReport,
  type Connector,
  type FieldValues,
  type LimitReport,
  type Link,
  type Pacer,
  type RecordWrite,
  unpaced,
} from "../../../connectors/connector.ts";
import type { CrmError } from "../../../connectors/errors.ts";
import { hubspot } from "../../../connectors/hubspot/index.ts";

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

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, with the content type HTML; anything else as JSON. */
  readonly body?: unknown;
}

/** `hang`: no answer; `reset`: closes the connection; `stall` and `break`: the same in the middle of the body. */
export type Reply = Answer | "hang" | "reset" | "stall" | "break";
export type Script = (request: Received) => Reply | undefined;

export interface Peer {
  readonly url: string;
  readonly calls: Received[];
  script: Script;
  /** Connections that are open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

const UNKNOWN: Answer = { status: 404, body: { status: "error", message: "resource not found" } };

export async function startPeer(script: Script = () => undefined): Promise<Peer> {
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(request);
    peer.calls.push(received);
    reply(response, peer.script(received) ?? UNKNOWN);
  }

  const peer: Peer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    script,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return peer;
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  const body = text === "" ? undefined : JSON.parse(text);
  return {
    method: request.method ?? "",
    path: new URL(request.url ?? "/", "http://peer").pathname,
    token: (request.headers.authorization ?? "").replace("Bearer ", ""),
    text,
    body,
    inputs: body?.inputs ?? [],
  };
}

function reply(response: ServerResponse, answer: Reply): void {
  if (answer === "hang") return;
  if (answer === "reset") return void response.socket?.destroy();
  if (answer === "stall" || answer === "break") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"results":[');
    if (answer === "break") setTimeout(() => response.socket?.destroy(), 5);
    return;
  }
  const { status = 200, headers = {}, body } = answer;
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json;charset=utf-8", ...headers });
  response.end(isText ? body : body === undefined ? undefined : JSON.stringify(body));
}

export interface ConnectOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly pacer?: Pacer;
  readonly requestTimeoutMs?: number;
}

export function connectTo(
  peer: Peer,
  { env = {}, pacer = unpaced, requestTimeoutMs = 2_000 }: ConnectOptions = {},
): { readonly connector: Connector; readonly reports: CallReport[]; readonly observed: LimitReport[] } {
  const reports: CallReport[] = [];
  const observed: LimitReport[] = [];
  const settings = hubspot.settings.parse({ HUBSPOT_ACCESS_TOKEN: "pat-eu1-x", HUBSPOT_BASE_URL: peer.url, ...env });
  const connector = hubspot.connect(settings, {
    pacer: { acquire: pacer.acquire, observe: (report) => void observed.push(report) },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    onCall: (report) => reports.push(report),
    requestTimeoutMs,
  });
  return { connector, reports, observed };
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

/** A Salesforce whose answers a test scripts: HTTP on loopback, every request recorded. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
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
import { salesforce } from "../../../connectors/salesforce/index.ts";

export interface Received {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The query's `q`. */
  readonly soql: string;
  readonly token: string;
  readonly form: URLSearchParams;
  readonly text: string;
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
  /** All requests but those to the token endpoint. */
  readonly calls: Received[];
  readonly tokenCalls: Received[];
  script: Script;
  close(): Promise<void>;
}

export const TOKEN_PATH = "/services/oauth2/token";
export const API = "/services/data/v68.0";

/** Where the script has nothing to say, the token endpoint gives `token-1`, `token-2` … and the org knows nothing. */
export async function startPeer(script: Script = () => undefined): Promise<Peer> {
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const peer: Peer = { url, calls: [], tokenCalls: [], script, close: () => close(server) };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(request);
    const isToken = received.path === TOKEN_PATH;
    (isToken ? peer.tokenCalls : peer.calls).push(received);
    const token = { access_token: `token-${peer.tokenCalls.length}`, instance_url: url };
    const unknown = {
      status: 404,
      body: [{ errorCode: "NOT_FOUND", message: "The requested resource does not exist" }],
    };
    reply(response, peer.script(received) ?? (isToken ? { body: token } : unknown));
  }

  return peer;
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const url = new URL(request.url ?? "/", "http://peer");
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    method: request.method ?? "",
    path: url.pathname,
    soql: url.searchParams.get("q") ?? "",
    token: (request.headers.authorization ?? "").replace("Bearer ", ""),
    form: new URLSearchParams(text),
    text,
  };
}

function reply(response: ServerResponse, answer: Reply): void {
  if (answer === "hang") return;
  if (answer === "reset") return void response.socket?.destroy();
  if (answer === "stall" || answer === "break") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('[{"id":');
    if (answer === "break") setTimeout(() => response.socket?.destroy(), 5);
    return;
  }
  const { status = 200, headers = {}, body = {} } = answer;
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json;charset=UTF-8", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** The rows of a collections call. */
export function rowsOf({ text }: Received): Record<string, unknown>[] {
  return (JSON.parse(text) as { records: Record<string, unknown>[] }).records;
}

/** The values of a query's `IN`, as they stand in it. */
export function valuesOf({ soql }: Received): string[] {
  return [...(/IN \((.*)\)$/.exec(soql)?.[1] ?? "").matchAll(/'((?:\\.|[^'\\])*)'/g)].map((match) => match[1] ?? "");
}

export interface Connected {
  readonly connector: Connector;
  readonly reports: CallReport[];
  readonly observed: LimitReport[];
}

export interface ConnectOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly pacer?: Pacer;
  readonly requestTimeoutMs?: number;
}

export function connectTo(
  peer: Peer,
  { env = {}, pacer = unpaced, requestTimeoutMs = 2_000 }: ConnectOptions = {},
): Connected {
  const reports: CallReport[] = [];
  const observed: LimitReport[] = [];
  const settings = salesforce.settings.parse({
    SALESFORCE_LOGIN_URL: peer.url,
    SALESFORCE_CLIENT_ID: "client-id",
    SALESFORCE_CLIENT_SECRET: "client-secret",
    ...env,
  });
  const connector = salesforce.connect(settings, {
    pacer: { acquire: pacer.acquire, observe: (report) => void observed.push(report) },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    onCall: (report) => reports.push(report),
    requestTimeoutMs,
  });
  return { connector, reports, observed };
}

export const findByEmail = (connector: Connector, value: string) =>
  connector.find({ object: "Contact", by: { field: "Email", value }, select: ["LastName"] });

export const KEY = "BB_Id__c";

export function upsert(value: string, values: FieldValues = {}, links: readonly Link[] = []): RecordWrite {
  return { object: "Contact", target: { by: "external_id", field: KEY, value, expect: "unknown" }, values, links };
}

export function update(id: string, values: FieldValues = {}, links: readonly Link[] = []): RecordWrite {
  return { object: "Contact", target: { by: "id", id }, values, links };
}

/** Accepts every row of a collections call, but for those that `refuse` answers. */
export function accept(request: Received, refuse: (row: Record<string, unknown>) => unknown = () => undefined): Answer {
  const saved = (row: Record<string, unknown>) => ({
    id: row.id ?? `003-${row[KEY]}`,
    success: true,
    errors: [],
    created: true,
  });
  return { body: rowsOf(request).map((row) => refuse(row) ?? saved(row)) };
}

export function failedRow(statusCode: string, message = "", fields: readonly string[] = []): unknown {
  return { success: false, errors: [{ statusCode, message, fields }] };
}

export function fault(status: number, errorCode: string, message = "", headers: Record<string, string> = {}): Answer {
  return { status, headers, body: [{ errorCode, message }] };
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

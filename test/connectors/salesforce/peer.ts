/** A Salesforce whose answers a test scripts: every request is recorded. */
import type { Connector, FieldValues, Link, RecordWrite } from "../../../connectors/connector.ts";
import type { CrmError } from "../../../connectors/errors.ts";
import { salesforce } from "../../../connectors/salesforce/index.ts";
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

export type { Answer, Connected } from "../scripted-peer.ts";

export interface Received {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The query's `q`. */
  readonly soql: string;
  readonly token: string;
  readonly headers: PlainRequest["headers"];
  readonly form: URLSearchParams;
  readonly text: string;
}

export type Script = (request: Received) => Reply | undefined;

export interface Peer extends ScriptedServer {
  /** All requests but those to the token endpoint. */
  readonly calls: Received[];
  readonly tokenCalls: Received[];
  script: Script;
}

export const TOKEN_PATH = "/services/oauth2/token";
export const API = "/services/data/v68.0";

/** Where the script has nothing to say, the token endpoint gives `token-1`, `token-2` … and the org knows nothing. */
export async function startPeer(script: Script = () => undefined): Promise<Peer> {
  const [calls, tokenCalls]: [Received[], Received[]] = [[], []];
  const server = await startScripted((request) => {
    const received = receivedOf(request);
    const isToken = received.path === TOKEN_PATH;
    (isToken ? tokenCalls : calls).push(received);
    const token = { access_token: `token-${tokenCalls.length}`, instance_url: peer.url };
    const unknown = fault(404, "NOT_FOUND", "The requested resource does not exist");
    const answer = peer.script(received) ?? (isToken ? { body: token } : unknown);
    return typeof answer === "string" ? answer : { body: {}, ...answer };
  }, '[{"id":');
  const peer: Peer = { ...server, calls, tokenCalls, script };
  return peer;
}

function receivedOf({ method, url, token, headers, text }: PlainRequest): Received {
  const soql = url.searchParams.get("q") ?? "";
  return { method, path: url.pathname, soql, token, headers, form: new URLSearchParams(text), text };
}

/** The rows of a collections call. */
export function rowsOf({ text }: Received): Record<string, unknown>[] {
  return (JSON.parse(text) as { records: Record<string, unknown>[] }).records;
}

/** The values of a query's `IN`, as they stand in it. */
export function valuesOf({ soql }: Received): string[] {
  return [...(/IN \((.*)\)$/.exec(soql)?.[1] ?? "").matchAll(/'((?:\\.|[^'\\])*)'/g)].map((match) => match[1] ?? "");
}

export function connectTo(peer: Peer, options: ConnectOptions = {}): Connected {
  const variables = {
    SALESFORCE_LOGIN_URL: peer.url,
    SALESFORCE_CLIENT_ID: "client-id",
    SALESFORCE_CLIENT_SECRET: "client-secret",
  };
  return connected(salesforce, variables, options);
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

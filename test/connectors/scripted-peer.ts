/** A CRM whose answers a test scripts: HTTP on loopback, every request handed to the script. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type CallReport,
  type CallSizes,
  type Connector,
  type ConnectorDefinition,
  type LimitReport,
  type Pacer,
  unpaced,
} from "../../connectors/connector.ts";

/** A request as any CRM gets it. */
export interface PlainRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  /** Of `Authorization: Bearer`. */
  readonly token: string;
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

export interface ScriptedServer {
  readonly url: string;
  /** Connections that are open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** @param beginning of a body that breaks off */
export async function startScripted(
  answer: (request: PlainRequest) => Reply,
  beginning: string,
): Promise<ScriptedServer> {
  const server = createServer(async (request, response) => reply(response, answer(await receive(request)), beginning));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function receive(request: IncomingMessage): Promise<PlainRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return {
    method: request.method ?? "",
    url: new URL(request.url ?? "/", "http://peer"),
    headers: request.headers,
    token: (request.headers.authorization ?? "").replace("Bearer ", ""),
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

function reply(response: ServerResponse, answer: Reply, beginning: string): void {
  if (answer === "hang") return;
  if (answer === "reset") return void response.socket?.destroy();
  if (answer === "stall" || answer === "break") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write(beginning);
    if (answer === "break") setTimeout(() => response.socket?.destroy(), 5);
    return;
  }
  const { status = 200, headers = {}, body } = answer;
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json;charset=utf-8", ...headers });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
}

export interface ConnectOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly pacer?: Pacer;
  readonly requestTimeoutMs?: number;
  readonly sizes?: CallSizes;
}

export interface Connected {
  readonly connector: Connector;
  readonly reports: CallReport[];
  readonly observed: LimitReport[];
}

/** @param variables what leads to the peer; `env` of the options goes before them */
export function connected<Settings>(
  { settings, connect }: ConnectorDefinition<Settings>,
  variables: Readonly<Record<string, string>>,
  { env = {}, pacer = unpaced, requestTimeoutMs = 2_000, sizes }: ConnectOptions,
): Connected {
  const reports: CallReport[] = [];
  const observed: LimitReport[] = [];
  const connector = connect(settings.parse({ ...variables, ...env }), {
    pacer: { acquire: pacer.acquire, observe: (report) => void observed.push(report) },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    onCall: (report) => reports.push(report),
    requestTimeoutMs,
    ...(sizes && { sizes }),
  });
  return { connector, reports, observed };
}

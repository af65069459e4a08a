/** Both make-believe CRMs and BookingBug on one loopback port, with a page to look at and a way to be told what to do. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { handleBookingBug, ownsControl } from "./bookingbug/control.ts";
import { type BookingBugSandbox, createBookingBugSandbox } from "./bookingbug/index.ts";
import type { BookingBugSandboxOptions } from "./bookingbug/options.ts";
import { handleControl } from "./control.ts";
import type { SandboxAnswer, SandboxCrm, SandboxFace, SandboxRequest } from "./crm.ts";
import { type Exchange, exchanges } from "./exchanges.ts";
import { createFaults, type FaultAction, type Faults } from "./faults.ts";
import { createHubspotSandbox } from "./hubspot/index.ts";
import type { HubspotSandboxOptions } from "./hubspot/options.ts";
import { renderPage } from "./page.ts";
import { createSalesforceSandbox, type SalesforceSandbox } from "./salesforce/index.ts";
import type { SalesforceSandboxOptions } from "./salesforce/options.ts";

export interface SandboxOptions {
  /** Any free port when absent. */
  readonly port?: number;
  readonly salesforce?: SalesforceSandboxOptions;
  readonly hubspot?: HubspotSandboxOptions;
  readonly bookingbug?: BookingBugSandboxOptions;
  /** Milliseconds every answer takes, as of somebody far away. */
  readonly latencyMs?: number;
  /** Sees every request to a face before it has any effect; what it returns is waited for. */
  readonly onRequest?: (crm: string, request: SandboxRequest) => void | Promise<void>;
  /** Numbers from 0 to 1 for faults that happen by chance. */
  readonly random?: () => number;
}

export interface Sandbox {
  readonly url: string;
  readonly salesforce: SalesforceSandbox;
  readonly hubspot: SandboxCrm;
  readonly bookingbug: BookingBugSandbox;
  readonly faults: Faults;
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  let url = "";
  const salesforce = createSalesforceSandbox(options.salesforce ?? {}, () => url);
  const hubspot = createHubspotSandbox(options.hubspot ?? {});
  const faults = createFaults(options.random);
  const bookingbug = createBookingBugSandbox(options.bookingbug ?? {});
  const faces = [salesforce, hubspot, bookingbug];
  const latencyMs = options.latencyMs ?? 0;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    await setImmediate();
    // What the caller gave up before a busy machine came to it is not carried out: that is for faults to do, on purpose.
    if (incoming.socket.destroyed) return;
    const face = faces.find((one) => one.owns(request.path));
    if (face !== undefined) return await serveFace(face, request, response);
    if (request.path === "/")
      return send(response, 200, renderPage(salesforce, hubspot), { "content-type": "text/html; charset=utf-8" });
    const answer = ownsControl(request.path)
      ? handleBookingBug(request, bookingbug)
      : handleControl(request, { salesforce, hubspot, bookingbug, faults });
    sendAnswer(response, answer);
  }

  async function serveFace(face: SandboxFace, request: SandboxRequest, response: ServerResponse): Promise<void> {
    await options.onRequest?.(face.name, request);
    const fault = faults.next(face.name, `${request.method} ${request.path}`);
    const publish = (answer?: SandboxAnswer): void =>
      exchanges.publish({ crm: face.name, request, answer } satisfies Exchange);
    if (fault !== undefined && preventsEffect(fault)) {
      publish();
      return misbehave(fault, response);
    }
    const wait = latencyMs + (fault?.type === "slow" ? fault.ms : 0);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const answer = face.handle(request, fault);
    // An answer that says nothing is a fault, and nobody's contract.
    publish(fault?.type === "empty" ? undefined : answer);
    if (fault?.type === "timeout" || fault?.type === "reset") return misbehave(fault, response);
    sendAnswer(response, answer);
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      const body = JSON.stringify([{ errorCode: "UNKNOWN_EXCEPTION", message: `sandbox: ${String(error)}` }]);
      if (!response.headersSent) send(response, 500, body, { "content-type": "application/json" });
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, salesforce, hubspot, bookingbug, faults, close: () => close(server) };
}

async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const target = new URL(incoming.url ?? "/", "http://sandbox");
  return {
    method: incoming.method ?? "GET",
    path: target.pathname,
    query: target.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

function preventsEffect(fault: FaultAction): boolean {
  return fault.type === "status" || ((fault.type === "timeout" || fault.type === "reset") && !fault.after);
}

function misbehave(fault: FaultAction, response: ServerResponse): void {
  if (fault.type === "reset") response.socket?.destroy();
  if (fault.type !== "status") return;
  const { status, headers = {}, body } = fault;
  const isText = typeof body === "string";
  const type = isText ? "text/html" : "application/json";
  send(response, status, isText ? body : JSON.stringify(body ?? []), { "content-type": type, ...headers });
}

function sendAnswer(response: ServerResponse, { status, body, headers = {} }: SandboxAnswer): void {
  const isText = typeof body === "string" && headers["content-type"] !== undefined;
  const text = isText ? body : body === undefined ? "" : JSON.stringify(body);
  send(response, status, text, {
    ...(text !== "" && { "content-type": "application/json;charset=UTF-8" }),
    ...headers,
  });
}

function send(response: ServerResponse, status: number, text: string, headers: Record<string, string>): void {
  response.writeHead(status, headers);
  response.end(text);
}

/** Requests that are left hanging on purpose end with the server. */
async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

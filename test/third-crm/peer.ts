/** The CRM that does not exist: two objects, upserts in batches, and every way to go wrong that the conformance suite asks for. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../../connectors/conformance/harness.ts";

export type Values = Record<string, unknown>;

export interface StoredRecord {
  readonly id: string;
  readonly values: Values;
  links: { readonly via: string; to: string }[];
}

export interface Peer {
  readonly url: string;
  records(object: string): StoredRecord[];
  seed(object: string, values: Readonly<Values>): string;
  remove(object: string, id: string): void;
  merge(object: string, survivorId: string, otherId: string): void;
  /** No times at all end what was going wrong. */
  fail(fault: Fault, times: number): void;
  close(): Promise<void>;
}

const FIELDS: Readonly<
  Record<string, readonly { name: string; label: string; type: string; unique: boolean; length?: number }[]>
> = {
  card: [
    { name: "bookingbug", label: "BookingBug", type: "text", unique: true },
    { name: "email", label: "E-mail", type: "text", unique: false },
    { name: "surname", label: "Surname", type: "text", unique: false, length: 80 },
  ],
  visit: [
    { name: "bookingbug", label: "BookingBug", type: "text", unique: true },
    { name: "title", label: "Title", type: "text", unique: false, length: 100 },
    { name: "starts", label: "Starts", type: "time", unique: false },
    { name: "ends", label: "Ends", type: "time", unique: false },
    { name: "state", label: "State", type: "text", unique: false, length: 20 },
  ],
};

interface Write {
  readonly match: { readonly id?: string; readonly field?: string; readonly value?: string };
  readonly fields: Values;
  readonly links: { readonly via: string; readonly to: string }[];
  readonly unlink: { readonly via: string; readonly to: string }[];
}

/** Answers in place of those that were asked for. */
const REFUSALS: Readonly<Partial<Record<Fault, [status: number, text: string, headers?: Record<string, string>]>>> = {
  unavailable: [503, "{}"],
  html_error: [200, "<html>Bad gateway</html>"],
  rate_limit: [429, "{}", { "retry-after": "7" }],
  busy: [429, "{}"],
  daily_limit: [429, "{}", { "x-cardfile-limit": "day" }],
  absence: [503, "{}", { "retry-after": "3600" }],
  expired_token: [401, "{}"],
  refused_credentials: [401, "{}"],
};

export async function startPeer(): Promise<Peer> {
  const stored = new Map(Object.keys(FIELDS).map((object) => [object, [] as StoredRecord[]]));
  const faults: Fault[] = [];
  let nextId = 1;
  const recordsOf = (object: string): StoredRecord[] => stored.get(object) ?? [];

  function add(object: string, values: Values, links: StoredRecord["links"] = []): string {
    const id = `${object}-${nextId}`;
    nextId += 1;
    recordsOf(object).push({ id, values, links });
    return id;
  }

  function search({ object, field, values }: { object: string; field: string; values: string[] }): object {
    const holds = (one: StoredRecord, value: string): boolean =>
      String(field === "id" ? one.id : one.values[field]).toLowerCase() === value.toLowerCase();
    const found = values.map((value) => ({
      value,
      records: recordsOf(object)
        .filter((one) => holds(one, value))
        .map(({ id, values: fields }) => ({ id, fields })),
    }));
    return { found };
  }

  function write(object: string, { match, fields, links, unlink }: Write, locked: boolean): object {
    if (locked) return refuse("LOCKED", "Somebody else is writing this record.");
    const problem = problemOf(object, fields);
    if (problem !== undefined) return problem;
    const mine = recordsOf(object).find(({ id, values }) =>
      match.id === undefined ? values[match.field ?? ""] === match.value : id === match.id,
    );
    if (match.id !== undefined && mine === undefined) return refuse("NO_SUCH_RECORD", "There is no such record.");
    const rival = recordsOf(object).find((one) => one !== mine && one.values.bookingbug === fields.bookingbug);
    if (fields.bookingbug !== undefined && rival !== undefined)
      return refuse("DUPLICATE", "Another record has it.", "bookingbug");
    if (mine === undefined) {
      const identity = match.field === undefined ? {} : { [match.field]: match.value };
      return { id: add(object, { ...fields, ...identity }, [...links]), created: true };
    }
    Object.assign(mine.values, fields);
    const isAmong = (some: Write["links"], { via, to }: Write["links"][number]): boolean =>
      some.some((link) => link.via === via && link.to === to);
    mine.links = mine.links.filter((link) => !isAmong(unlink, link));
    mine.links.push(...links.filter((link) => !isAmong(mine.links, link)));
    return { id: mine.id, created: false };
  }

  function answer(request: IncomingMessage, body: string, fault: Fault | undefined): [status: number, body: object] {
    if (request.headers.authorization !== "Bearer token") return [401, {}];
    const path = request.url ?? "";
    if (path === "/me") return [200, {}];
    if (path.startsWith("/objects/")) {
      const name = decodeURIComponent(path.slice("/objects/".length));
      const fields = FIELDS[name];
      return fields === undefined ? [404, {}] : [200, { label: name, fields }];
    }
    const asked = JSON.parse(body);
    if (path === "/search") return [200, search(asked)];
    const records: Write[] = asked.records;
    return [200, { results: records.map((one, index) => write(asked.object, one, fault === "lock" && index === 0)) }];
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const fault = faults[0] === "refused_credentials" ? faults[0] : faults.shift();
    if (fault === "lock") faults.length = 0;
    if (fault === "timeout_before") return;
    if (fault === "reset_before") return void response.socket?.destroy();
    const refusal = fault && REFUSALS[fault];
    if (refusal !== undefined) return end(response, ...refusal);
    await sleep(fault === "slow" ? 60 : 0);
    const [status, body] = answer(request, Buffer.concat(chunks).toString(), fault);
    answerOrNot(response, status, fault === "silent" ? {} : body, fault);
  }

  const server = createServer((request, response) => void serve(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records: recordsOf,
    seed: (object, values) => add(object, { ...values }),
    remove: (object, id) => {
      stored.set(
        object,
        recordsOf(object).filter((one) => one.id !== id),
      );
    },
    merge(object, survivorId, otherId) {
      stored.set(
        object,
        recordsOf(object).filter((one) => one.id !== otherId),
      );
      for (const link of [...stored.values()].flat().flatMap(({ links }) => links)) {
        if (link.to === otherId) link.to = survivorId;
      }
    },
    fail: (fault, times) => void faults.splice(0, faults.length, ...Array.from({ length: times }, () => fault)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function problemOf(object: string, values: Values): object | undefined {
  for (const [name, value] of Object.entries(values)) {
    const field = FIELDS[object]?.find((one) => one.name === name);
    if (field === undefined) return refuse("NO_SUCH_FIELD", `There is no field ${name}.`, name);
    if (String(value).length > (field.length ?? 1_000)) return refuse("TOO_LONG", `${value} is too long.`, name);
    if (name === "email" && !String(value).includes("@")) return refuse("INVALID", `${value} is no address.`, name);
  }
  return undefined;
}

function refuse(code: string, message: string, field?: string): object {
  return { error: { code, message, ...(field !== undefined && { field }) } };
}

/** The effect was had; what went wrong may come after it. */
function answerOrNot(response: ServerResponse, status: number, body: object, fault: Fault | undefined): void {
  if (fault === "timeout_after") return;
  if (fault === "reset_after") return void response.socket?.destroy();
  end(response, status, JSON.stringify(body));
}

function end(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers);
  response.end(text);
}

/** Values from outside stay values: in the log, on the terminal, in a path and in a header [E3]. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "@jest/globals";
import { unpaced } from "../../connectors/connector.ts";
import { hubspot } from "../../connectors/hubspot/index.ts";
import { printable } from "../../src/cli/printable.ts";
import { endChildren, endsWithUs } from "../support/children.ts";
import { runCli } from "../support/cli.ts";
import { BOOKINGBUG, basic, testEnvironment } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { purchase } from "../support/payloads.ts";
import { startTestRedis } from "../support/redis.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NASTY = 'x\r\n{"level":60,"msg":"forged"}\u001b[2J\u202e';

afterAll(endChildren);

describe("the log", () => {
  it("is one JSON object a line, whatever a sender puts into a request", async () => {
    const redis = await startTestRedis();
    const env = {
      PATH: process.env.PATH,
      ...testEnvironment(redis.url, "http://127.0.0.1:1"),
      CRM: "hubspot",
      LOG_LEVEL: "trace",
    };
    const child = endsWithUs(
      spawn(process.execPath, ["src/web.ts"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "ignore"] }),
    );
    let log = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      log += text;
    });
    await eventually(() => expect(log).toMatch(/"port":\d+/));
    const url = `http://127.0.0.1:${/"port":(\d+)/.exec(log)?.[1]}/notifications/bookings`;
    const authorization = basic(BOOKINGBUG);
    const post = async (body: string, path = ""): Promise<number> =>
      (await fetch(url + path, { method: "POST", headers: { authorization, "user-agent": "x \u00ff" }, body })).status;
    const bent = purchase((body) => Object.assign(body, { id: NASTY, [NASTY]: NASTY, client_name: NASTY }));
    const statuses = [
      await post(JSON.stringify(bent)),
      await post(JSON.stringify({ _embedded: { bookings: [{ [NASTY]: NASTY, datetime: NASTY }] } })),
      await post(NASTY),
      await post("{}", `/${encodeURIComponent(NASTY)}`),
    ];
    child.kill("SIGTERM");
    await once(child, "exit");
    await redis.stop();
    expect(statuses.every((status) => status < 500)).toBe(true);
    const lines = log.trimEnd().split("\n");
    for (const line of lines) expect(typeof JSON.parse(line).msg).toBe("string");
    expect(lines.some((line) => JSON.parse(line).msg === "forged")).toBe(false);
    expect(log).not.toContain("\u001b");
  });
});

describe("the terminal", () => {
  it("is not commanded by what a CRM or a mapping says", () => {
    expect(printable("a\tb\nc")).toBe("a\tb\nc");
    expect(printable("\u001b[31mred\u001b]0;title\u0007\rover\u009b2J\u202eevil\u2066")).toBe(
      "\ufffd[31mred\ufffd]0;title\ufffd\ufffdover\ufffd2J\ufffdevil\ufffd",
    );
    expect(printable("Zoë 名前 👩‍👧 \u00a0")).toBe("Zoë 名前 👩‍👧 \u00a0");
  });

  it("is not by what a command says of a mapping either", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mappings-"));
    await writeFile(join(folder, "hubspot.yaml"), 'crm: hubspot\n"\\e[2Jx": 1\nobjects: {}\n');
    const { code, out } = await runCli(["mapping", "check", "--offline"], { MAPPINGS_DIR: folder });
    expect(code).toBe(1);
    expect(out).toContain("unknown key `\ufffd[2Jx`");
    expect(out).not.toContain("\u001b");
  });
});

describe("a request to a CRM", () => {
  it("carries names and ids as one part of its path, and no header of their making", async () => {
    const seen: IncomingMessage[] = [];
    const peer = createServer((request, response) => {
      seen.push(request);
      response.setHeader("content-type", "application/json");
      response.end('{"results":[]}');
    }).listen(0, "127.0.0.1");
    await once(peer, "listening");
    const address = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const services = { pacer: unpaced, log, onCall() {}, requestTimeoutMs: 1_000 };
    const settings = hubspot.settings.parse({ HUBSPOT_ACCESS_TOKEN: "token", HUBSPOT_BASE_URL: address });
    const connector = hubspot.connect(settings, services);
    await connector.describe("../../oauth/v1?x=\r\nX-Evil: 1#").catch(() => {});
    peer.close();
    peer.closeAllConnections();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.url).toMatch(/^\/crm\/properties\/[^/]+\/\.\.%2F\.\.%2Foauth%2Fv1%3Fx%3D%0D%0AX-Evil%3A%201%23$/);
    expect(seen[0]?.headers).not.toHaveProperty("x-evil");
  });
});

/** Real redis-servers on loopback ports in the arrangements that hosts offer: TLS, Sentinel, Cluster. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { endsWithUs } from "./children.ts";
import { eventually } from "./eventually.ts";
import { freePorts } from "./ports.ts";

export interface Topology {
  /** For REDIS_URL. */
  readonly url: string;
  /** Ends the server that is the primary now, as `kill -9` does; only a Sentinel's. */
  killPrimary(): Promise<void>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const SOUND = ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"];

/** A server that speaks TLS only, with a certificate that it signed itself, as Heroku's do. */
export async function startTlsRedis(): Promise<Topology> {
  const site = await openSite();
  const [port = 0] = await freePorts(1);
  const key = join(site.dir, "key.pem");
  const certificate = join(site.dir, "certificate.pem");
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", key, "-out", certificate];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files]);
  const tls = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"];
  await site.start("tls", ["--port", "0", "--tls-port", String(port), ...tls, "--requirepass", "pass", ...SOUND]);
  const url = `rediss://:pass@localhost:${port}`;
  await answers(new Redis(url, { tls: { rejectUnauthorized: false }, retryStrategy: () => 20 }));
  return { url, killPrimary: async () => {}, stop: site.stop };
}

/** A primary, a replica, and one sentinel that is enough to promote the replica. */
export async function startSentinel(): Promise<Topology> {
  const site = await openSite();
  const [first = 0, second = 0, sentinel = 0] = await freePorts(3);
  const login = ["--requirepass", "pass", "--masterauth", "pass"];
  const primary = await site.start("first", ["--port", String(first), ...login, ...SOUND]);
  const follows = ["--replicaof", `127.0.0.1 ${first}`, "--repl-diskless-sync-delay", "0"];
  await site.start("second", ["--port", String(second), ...follows, ...login, ...SOUND]);
  await eventually(async () => {
    const client = new Redis(second, "127.0.0.1", { password: "pass" });
    client.on("error", () => {});
    const state = await client.info("replication");
    client.disconnect();
    if (!state.includes("master_link_status:up")) throw new Error("the replica is not in step");
  });
  const config = join(site.dir, "sentinel.conf");
  const lines = [
    `port ${sentinel}`,
    `sentinel monitor bookings 127.0.0.1 ${first} 1`,
    "sentinel auth-pass bookings pass",
    "sentinel down-after-milliseconds bookings 500",
    "sentinel failover-timeout bookings 2000",
  ];
  await writeFile(config, `${lines.join("\n")}\n`);
  await site.start("sentinel", ["--sentinel"], config);
  await answers(new Redis(sentinel, "127.0.0.1", { retryStrategy: () => 20 }));
  return {
    url: `redis+sentinel://:pass@127.0.0.1:${sentinel}/bookings`,
    killPrimary: () => kill(primary),
    stop: site.stop,
  };
}

/** Three primaries without replicas. */
export async function startCluster(): Promise<Topology> {
  const site = await openSite();
  const ports = await freePorts(6);
  const nodes = ports.slice(0, 3);
  for (const [index, port] of nodes.entries()) {
    const bus = String(ports[index + 3]);
    const settings = ["--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-config-file", `${port}.conf`];
    await site.start(`node-${port}`, ["--port", String(port), ...settings, ...SOUND]);
    await answers(new Redis(port, "127.0.0.1", { retryStrategy: () => 20, enableReadyCheck: false }));
  }
  const hosts = nodes.map((port) => `127.0.0.1:${port}`);
  await run("redis-cli", ["--cluster", "create", ...hosts, "--cluster-yes"]);
  return { url: `redis+cluster://${hosts.join(",")}`, killPrimary: async () => {}, stop: site.stop };
}

/** A folder, and the servers that live in it. */
async function openSite() {
  const dir = await mkdtemp(join(tmpdir(), "redis-"));
  const servers: ChildProcess[] = [];
  return {
    dir,
    /** @param config a file that settles what the arguments do not */
    async start(name: string, args: readonly string[], config?: string): Promise<ChildProcess> {
      const files = ["--dir", dir, "--logfile", `${name}.log`];
      const own = config === undefined ? ["--bind", "127.0.0.1", "--appenddirname", name, ...files] : [config];
      const server = endsWithUs(spawn("redis-server", [...own, ...args], { stdio: "ignore" }));
      servers.push(server);
      return server;
    },
    async stop(): Promise<void> {
      await Promise.all(servers.map(kill));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGKILL");
  await ended;
}

async function answers(client: Redis): Promise<void> {
  client.on("error", () => {});
  await client.ping();
  client.disconnect();
}

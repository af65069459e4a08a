import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { type EmbeddedRedis, startEmbeddedRedis } from "../../src/redis/embedded.ts";
import { probeRedis } from "../../src/redis/server.ts";
import { endsWithUs } from "../support/children.ts";
import { eventually } from "../support/eventually.ts";

const MODULE = pathToFileURL(join(import.meta.dirname, "../../src/redis/embedded.ts")).href;

let dir: string;
let started: EmbeddedRedis[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "embedded-"));
  started = [];
});

afterEach(async () => {
  for (const redis of started) await redis.stop();
  await rm(dir, { recursive: true, force: true });
});

async function start(dataDir = dir): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis(dataDir);
  started.push(redis);
  return redis;
}

async function stop(redis: EmbeddedRedis): Promise<void> {
  started = started.filter((one) => one !== redis);
  await redis.stop();
}

async function ask<Answer>(url: string, question: (client: Redis) => Promise<Answer>): Promise<Answer> {
  const client = new Redis(url);
  client.on("error", () => {});
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

async function processId(url: string): Promise<number> {
  const info = await ask(url, (client) => client.info("server"));
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

/** A process of its own that uses the embedded Redis until it is killed. */
function startUser(): { url: Promise<string>; kill(): Promise<void> } {
  const script = `
    const { startEmbeddedRedis } = await import(${JSON.stringify(MODULE)});
    console.log((await startEmbeddedRedis(${JSON.stringify(dir)})).url);`;
  const child = endsWithUs(
    spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  const url = new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data).trim())));
  const ended = once(child, "close");
  return {
    url,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

describe("embedded Redis", () => {
  it("syncs every write to disk, evicts nothing and has no TCP port", async () => {
    const { url } = await start();
    const settings = await ask(url, (client) =>
      client.config("GET", "appendonly", "appendfsync", "maxmemory-policy", "port"),
    );
    expect(Object.fromEntries(chunk(settings))).toEqual({
      appendonly: "yes",
      appendfsync: "always",
      "maxmemory-policy": "noeviction",
      port: "0",
    });
  });

  it("keeps its data when it is stopped and started again", async () => {
    const first = await start();
    await ask(first.url, (client) => client.set("booking", "13477736"));
    await stop(first);
    expect(await probeRedis(first.url)).toBe("absent");

    const second = await start();
    expect(await ask(second.url, (client) => client.get("booking"))).toBe("13477736");
  });

  it("is one server for all that start it at the same moment", async () => {
    const users = [startUser(), startUser(), startUser()];
    try {
      const mine = await start();
      const urls = await Promise.all(users.map(({ url }) => url));
      const ids = await Promise.all([mine.url, ...urls].map(processId));
      expect(new Set(ids).size).toBe(1);
      const clients = await ask(mine.url, (client) => client.client("LIST"));
      expect(String(clients).match(/ name=crm-sync-user /g)).toHaveLength(4);
    } finally {
      for (const user of users) await user.kill();
    }
  });

  it("stays for the others until the last one leaves", async () => {
    const first = await start();
    const second = await start();
    await stop(first);
    expect(await probeRedis(second.url)).toBe("ready");
    await stop(second);
    expect(await probeRedis(second.url)).toBe("absent");
  });

  it("ends when all leave at once", async () => {
    const users = await Promise.all([start(), start(), start()]);
    await Promise.all(users.map(stop));
    expect(await probeRedis(join(dir, "redis.sock"))).toBe("absent");
  });

  it("outlives the process that started it when that is killed", async () => {
    const starter = startUser();
    const url = await starter.url;
    const before = await processId(url);
    await starter.kill();
    const mine = await start();
    expect(await processId(mine.url)).toBe(before);
  });

  it("comes back with its data when the server is killed, whoever started it", async () => {
    const starter = startUser();
    const mine = await start();
    await starter.url;
    await ask(mine.url, (client) => client.set("acknowledged", "yes"));
    const before = await processId(mine.url);
    await starter.kill();
    process.kill(before, "SIGKILL");
    await eventually(async () => {
      expect(await probeRedis(mine.url)).toBe("ready");
      expect(await processId(mine.url)).not.toBe(before);
    });
    expect(await ask(mine.url, (client) => client.get("acknowledged"))).toBe("yes");
  });

  it("finds a short path for its socket when the folder's is too long", async () => {
    const long = join(dir, "a".repeat(60), "b".repeat(60));
    const { url } = await start(long);
    expect(url.length).toBeLessThanOrEqual(100);
    expect(await ask(url, (client) => client.ping())).toBe("PONG");
  });

  it("says what to run when redis-server is not installed", async () => {
    const script = `
      const { startEmbeddedRedis } = await import(${JSON.stringify(MODULE)});
      await startEmbeddedRedis(${JSON.stringify(dir)}).catch((error) => console.log(error.message));`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { env: { PATH: dir } });
    expect(stdout.trim()).toBe("redis-server is not installed; run bin/setup, or set REDIS_URL.");
  });

  it("says why a server that cannot start ended", async () => {
    const { url } = await start();
    await ask(url, (client) => client.set("booking", "13477736"));
    for (const redis of started) await stop(redis);
    await rm(join(dir, "appendonlydir"), { recursive: true });
    await expect(breakLog().then(() => start())).rejects.toThrow(/redis-server ended at start; see .*redis\.log: .+/);
  });
});

/** An append-only file's manifest that Redis refuses. */
async function breakLog(): Promise<void> {
  await mkdir(join(dir, "appendonlydir"));
  await writeFile(join(dir, "appendonlydir", "appendonly.aof.manifest"), "nonsense\n");
}

function chunk(flat: unknown): [string, string][] {
  if (!Array.isArray(flat)) return Object.entries(Object(flat)).map(([key, value]) => [key, String(value)]);
  return flat.flatMap((value, index) => (index % 2 === 0 ? [[String(value), String(flat[index + 1])]] : []));
}

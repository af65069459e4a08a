/** What is deployed is what runs: the files and packages of production, and no others, start and do their work [E7]. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { endsWithUs } from "../support/children.ts";
import { BOOKINGBUG, basic, testEnvironment } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const procfile = new Map(
  [...read("Procfile").matchAll(/^(\w+): (.*)$/gm)].map(([, name = "", command = ""]) => [name, command]),
);

/** Sources of the Dockerfile's COPY lines, those from another stage aside. */
const copied = [...read("Dockerfile").matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = ""]) =>
  sources.split(" "),
);

describe("the imports of the processes", () => {
  const { files, packages } = reachable(["src/web.ts", "src/worker.ts", "src/trial.ts", "src/start.ts", "src/cli.ts"]);

  it("stay within what is deployed", () => {
    const outside = [...files].filter(
      (file) => !copied.some((source) => file === source || file.startsWith(`${source}/`)),
    );
    expect(outside).toEqual([]);
    expect(files.size).toBeGreaterThan(50);
    expect([...files].filter((file) => file.startsWith("connectors/conformance"))).toEqual([]);
  });

  it("name only packages that are installed in production", () => {
    const { dependencies } = JSON.parse(read("package.json"));
    expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
  });
});

describe("Dockerfile and compose.yaml", () => {
  const service = z.looseObject({
    command: z.string().optional(),
    image: z.string().optional(),
    ports: z.array(z.string()).optional(),
    volumes: z.array(z.string()).optional(),
    configs: z.array(z.object({ source: z.string(), target: z.string() })).optional(),
  });
  const composed = z.object({
    services: z.record(z.string(), service),
    configs: z.record(z.string(), z.object({ content: z.string() })),
    volumes: z.record(z.string(), z.null()),
  });

  it("copy what exists, and run as nobody in particular", () => {
    expect(copied.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    const lines = read("Dockerfile").split("\n");
    const user = lines.indexOf("USER node");
    expect(user).toBeGreaterThan(0);
    // Node keeps what it compiles by user, and finds nobody else's.
    expect(lines.indexOf("RUN bin/start warm")).toBeGreaterThan(user);
    const allowed = read(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    expect(allowed.sort()).toEqual([...new Set(copied)].sort());
  });

  it("run the processes of the Procfile, with a Redis that keeps everything", () => {
    const { services } = composed.parse(parse(read("compose.yaml"), { merge: true }));
    expect(services.web?.command).toBe(procfile.get("web"));
    expect(services.worker?.command).toBe(procfile.get("worker"));
    expect(services.check?.command).toBe(procfile.get("release"));
    expect(services.redis?.command).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
    expect(services.web).toMatchObject({ environment: { REDIS_URL: "redis://redis:6379", NODE_ENV: "production" } });
  });

  it("let nobody reach the processes but through Caddy, which ends TLS and whose word on it counts", () => {
    const { services, configs } = composed.parse(parse(read("compose.yaml"), { merge: true }));
    const open = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(open).toEqual(["caddy 80:80", "caddy 443:443"]);
    expect(services.web).toMatchObject({ environment: { PORT: "3000", TRUSTED_PROXIES: "1" } });
    const [config] = services.caddy?.configs ?? [];
    expect(config?.target).toBe("/etc/caddy/Caddyfile");
    // Without a scheme in front of the name Caddy serves HTTPS, and leads HTTP there.
    const site = /^\$\{DOMAIN:\?[^}]+\} \{\n {2}reverse_proxy web:3000\n\}\n$/;
    expect(configs[config?.source ?? ""]?.content).toMatch(site);
  });

  it("keep certificates and data in volumes that are declared", () => {
    const { services, volumes } = composed.parse(parse(read("compose.yaml"), { merge: true }));
    const used = Object.values(services).flatMap((one) => one.volumes ?? []);
    expect(used.toSorted()).toEqual(["certificates:/data", "redis:/data"]);
    expect(Object.keys(volumes).toSorted()).toEqual(["certificates", "redis"]);
  });
});

describe("the production files alone", () => {
  let sandbox: Sandbox;
  let redis: TestRedis;
  let app: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    redis = await startTestRedis({ fsync: "always" });
    app = mkdtempSync(join(tmpdir(), "deployed-"));
    for (const source of copied) cpSync(join(ROOT, source), join(app, source), { recursive: true });
    installProductionPackages(app);
  });
  afterAll(async () => {
    await sandbox.close();
    await redis.stop();
    rmSync(app, { recursive: true, force: true });
  });

  it("pass the release check, receive a notification and bring the CRM up to date", async () => {
    const env = {
      PATH: process.env.PATH,
      NODE_ENV: "production",
      ...testEnvironment(redis.url, sandbox.url),
    };
    const start = (name: string) => {
      const [command = "", ...args] = (procfile.get(name) ?? "").split(" ");
      return endsWithUs(spawn(join(app, command), args, { cwd: app, env, stdio: ["ignore", "pipe", "inherit"] }));
    };
    // As the image is built.
    execFileSync(join(app, "bin/start"), ["warm"], { env });
    expect(readdirSync(join(app, ".compile-cache"))).not.toEqual([]);
    const release = start("release");
    expect(await once(release, "exit")).toEqual([0, null]);

    const processes = [start("web"), start("worker")];
    try {
      let log = "";
      processes[0]?.stdout.setEncoding("utf8").on("data", (text) => {
        log += text;
      });
      await eventually(() => expect(log).toMatch(/"port":\d+/));
      const url = `http://127.0.0.1:${/"port":(\d+)/.exec(log)?.[1]}`;
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      const response = await fetch(`${url}/notifications/bookings`, {
        method: "POST",
        headers: { authorization: basic(BOOKINGBUG) },
        body: JSON.stringify(sample("purchase-created")),
      });
      expect(response.status).toBe(202);
      await eventually(() => {
        expect(sandbox.salesforce.records("Event")).toHaveLength(1);
        expect(sandbox.hubspot.records("meetings")).toHaveLength(1);
      });
    } finally {
      for (const child of processes) child.kill("SIGKILL");
    }
  });
});

/** As `npm ci --omit=dev` leaves it, made of links to what is installed here, so that it takes no network and no time. */
function installProductionPackages(folder: string): void {
  const listing =
    'import { deployedPackages } from "./bin/deployed.mjs"; console.log(JSON.stringify(deployedPackages(".")));';
  const options = { cwd: ROOT, encoding: "utf8" } as const;
  const paths = z
    .array(z.string())
    .parse(JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", listing], options)));
  const outermost = paths.filter((path) => path.lastIndexOf("node_modules/") === 0);
  for (const path of outermost) linkTree(join(ROOT, path), join(folder, path));
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isFile()) linkFile(source, target);
  }
}

/** A link, or a copy where the temporary folder is on another disk. */
function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

/** Every file that the entries import, directly or not, and every package. */
function reachable(entries: readonly string[]): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, named, bare] of read(file).matchAll(
      /^(?:import|export)\s(?!type\b)[^;]*?from "([^"]+)";|^import "([^"]+)";/gm,
    )) {
      const from = named ?? bare ?? "";
      if (from.startsWith(".")) open.push(relative(ROOT, resolve(ROOT, dirname(file), from)));
      else if (!isBuiltin(from))
        packages.add(
          from
            .split("/")
            .slice(0, from.startsWith("@") ? 2 : 1)
            .join("/"),
        );
    }
  }
  return { files, packages };
}

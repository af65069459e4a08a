/** Node-RED for the benchmark alone: installed beside the project's packages, never among them. */
import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../test/support/children.ts";
import type { Bench } from "./fleet.ts";
import { type FlowOptions, peerFlow } from "./peers-flow.ts";

const PACKAGE = "node-red@5.0.7";
const FOLDER = join(ROOT, "node_modules/.cache", PACKAGE);
const ENTRY = join(FOLDER, "node_modules/node-red/red.js");

/** Installs it where it is not yet. @throws Error that says what to do where there is no registry */
export async function installNodeRed(): Promise<void> {
  const isThere = await access(ENTRY).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  process.stderr.write(`installing ${PACKAGE} into ${FOLDER}, for this benchmark alone …\n`);
  await mkdir(FOLDER, { recursive: true });
  const args = ["install", "--prefix", FOLDER, "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", PACKAGE];
  try {
    await promisify(execFile)("npm", args, { cwd: FOLDER, timeout: 300_000 });
  } catch (cause) {
    const what = `${PACKAGE} could not be installed into ${FOLDER}; the benchmark needs it and npm's registry, once`;
    throw new Error(what, { cause });
  }
}

/** Starts it with the flow on the port, on loopback alone. */
export async function startNodeRed(
  bench: Bench,
  { port, flow, authorization }: { readonly port: number; readonly flow: FlowOptions; readonly authorization: string },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "node-red-"));
  const [settings, flows] = [join(folder, "settings.js"), join(folder, "flows.json")];
  await writeFile(settings, `module.exports = ${JSON.stringify(SETTINGS)};\n`);
  await writeFile(flows, JSON.stringify(peerFlow(flow)));
  const env = {
    BOOKINGBUG_AUTHORIZATION: authorization,
    HUBSPOT_URL: bench.sandboxUrl,
    HUBSPOT_TOKEN: "token",
    NODE_ENV: "production",
  };
  bench.start(ENTRY, env, ["--userDir", folder, "--settings", settings, "--port", String(port), flows]);
}

/** No editor, nothing fetched, nothing told. */
const SETTINGS = {
  uiHost: "127.0.0.1",
  httpAdminRoot: false,
  credentialSecret: false,
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { autoInstall: false, palette: { allowInstall: false } },
  functionExternalModules: false,
  logging: { console: { level: "error", metrics: false, audit: false } },
};

/** What a process loads only where it is set to be used. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The web process with all that it imports, then a sign-in by a provider that does not answer. */
const SCRIPT = `
import { registerHooks } from "node:module";
const loaded = [];
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
await import("./src/app/web.ts");
const { createProvider } = await import("./src/people/provider.ts");
const provider = createProvider({
  issuer: "http://127.0.0.1:1", client: { id: "id", secret: "secret" }, callback: "http://127.0.0.1:1/callback",
  roleClaim: "roles", operators: ["a"], viewers: [],
});
const has = () => loaded.some((url) => /node_modules.(openid-client|oauth4webapi)/.test(url));
const before = { express: loaded.some((url) => /node_modules.express/.test(url)), oidc: has() };
await provider.begin().catch(() => {});
console.log(JSON.stringify({ before, after: has() }));
`;

it("loads OpenID Connect's library with the first sign-in by a provider, and never without one [Z5]", () => {
  const options = { cwd: ROOT, encoding: "utf8" } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", SCRIPT], options);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ before: { express: true, oidc: false }, after: true });
});

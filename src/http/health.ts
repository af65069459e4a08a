/** `GET /healthz`: the process lives. `GET /readyz`: it can do its work, and if not, what is in the way. */
import { Router } from "express";

export interface CheckResult {
  readonly ok: boolean;
  /** Without secrets and personal data: anybody may read it. */
  readonly detail?: string;
}

export type Check = () => Promise<CheckResult>;

export interface Checks {
  /** Without any of them the process cannot do its work, and should be sent none. */
  readonly needed: Readonly<Record<string, Check>>;
  /** Said beside them: no other process could do better. */
  readonly told: Readonly<Record<string, Check>>;
}

const CHECK_MS = 2_500;

export function createHealth({ needed, told }: Checks): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "alive" });
  });
  router.get("/readyz", async (_request, response) => {
    const results = await Promise.all(
      Object.entries({ ...needed, ...told }).map(async ([name, check]) => [name, await bounded(check)] as const),
    );
    const ready = results.every(([name, { ok }]) => ok || !Object.hasOwn(needed, name));
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? "ready" : "not ready", checks: Object.fromEntries(results) });
  });
  return router;
}

async function bounded(check: Check): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: "no answer in time" }), CHECK_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return { ok: false, detail: "the check failed" };
  } finally {
    clearTimeout(timer);
  }
}

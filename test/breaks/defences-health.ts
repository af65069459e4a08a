/** Breaks of the verdict: what would make pages, readiness or alerts reassure on a bad day. */
import type { Break } from "../../bench/breaks-list.ts";

const judged = (only: string) => ["test/health/judge.test.ts", only] as const;
const lies = (only: string) => ["test/health/lies.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a CRM's card calls it healthy whatever was found of it",
    file: "src/admin/views/verdict.ts",
    from: 'about === crm || kind === "no_worker");',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: quoted from the file
    to: 'about === `${crm}?` && kind === "no_worker");',
    caughtBy: lies("10,142 failures"),
    invariant: "V1",
  },
  {
    name: "what failed is worth a look at most",
    file: "src/health/crm.ts",
    from: 'kind: "failed", severity: "bad"',
    to: 'kind: "failed", severity: "warning"',
    caughtBy: judged("of a failed purchase"),
    invariant: "V1",
  },
  {
    name: "what is worst is not said first",
    file: "src/health/verdict.ts",
    from: 'severity === "bad" ? 0 : FINDING_KINDS.length',
    to: 'severity === "bad" ? FINDING_KINDS.length : 0',
    caughtBy: judged("says what is worst first"),
    invariant: "V2",
  },
  {
    name: "a pass that is tried again is not counted as one that failed",
    file: "src/sync/pass-log.ts",
    from: 'outcome === "held" ? "ended" : "failed"',
    to: 'outcome === "failed" ? "failed" : "ended"',
    caughtBy: lies("every write is answered 503"),
    invariant: "V3",
  },
  {
    name: "nobody misses a worker",
    file: "src/health/service.ts",
    from: "now - since <= GONE_MS) return [];",
    to: "now - since <= GONE_MS * 1_000) return [];",
    caughtBy: judged("waits two beats"),
    invariant: "V4",
  },
  {
    name: "a page waits for a Redis that is away",
    file: "src/admin/away.ts",
    from: "if (!(await answers(ping))) return tell(request.method, response);",
    to: "if (!(await answers(ping))) return next();",
    caughtBy: lies("/admin says within two seconds"),
    invariant: "V5",
  },
  {
    name: "a process that stood still takes Redis for away",
    file: "src/admin/away.ts",
    from: "if (performance.now() - asked < 2 * PATIENCE_MS) return false;",
    to: "return false;",
    caughtBy: ["test/admin/away.test.ts", "its own process stood still"],
    invariant: "V5",
  },
  {
    name: "a CRM that is down takes every web process out",
    file: "src/http/health.ts",
    from: "ok || !Object.hasOwn(needed, name)",
    to: "ok",
    caughtBy: ["test/http/readiness.test.ts", "once, however often"],
    invariant: "V6",
  },
  {
    name: "passes that fail are said to be over as soon as a few succeed",
    file: "src/health/crm.ts",
    from: "? share >= STILL_MOST :",
    to: "? share >= MOST :",
    caughtBy: judged("holds on to what was announced"),
    invariant: "V7",
  },
];

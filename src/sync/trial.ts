/** One pass over a purchase under suspicion, in a process of its own, and how it ended. */
import { z } from "zod";
import { LockTimeoutError } from "../redis/locks.ts";
import type { PassDeps } from "./pass.ts";
import { PassError } from "./pass-error.ts";
import type { PassLog } from "./pass-log.ts";
import { summarise } from "./pass-summary.ts";
import { alone } from "./reconcile.ts";

export interface Trial {
  readonly crm: string;
  readonly purchaseId: string;
}

/** `failed`: it came to its end, which is all that was asked. `busy`: another pass is under way, so nothing was tried. */
const trialEnd = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("applied"),
    summary: z.object({
      purchaseId: z.string(),
      deliveryIds: z.array(z.string()),
      records: z.array(z.object({ key: z.string(), action: z.string(), fields: z.number() })),
    }),
  }),
  z.object({ kind: z.enum(["failed", "busy"]) }),
]);
export type TrialEnd = Readonly<z.infer<typeof trialEnd>>;

/** What the process is told. */
export const toCell = z.object({ number: z.number(), crm: z.string(), purchaseId: z.string() });
export type ToCell = z.infer<typeof toCell>;

/** What it says: that it has started, that it lives, how a trial ended. */
export const fromCell = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["ready", "alive"]) }),
  z.object({ kind: z.literal("ended"), number: z.number(), end: trialEnd }),
]);
export type FromCell = z.infer<typeof fromCell>;

/** Why it failed shows in the worker's own pass, which comes next. */
export async function runTrial(
  deps: PassDeps & { readonly passLog: PassLog },
  { purchaseId }: Trial,
): Promise<TrialEnd> {
  const start = Date.now();
  return await alone(deps, purchaseId, async (pass) => {
    try {
      const report = await pass();
      await deps.passLog.applied(report, Date.now() - start);
      const { deliveryIds, records } = summarise(report);
      return { kind: "applied", summary: { purchaseId, deliveryIds: [...deliveryIds], records: [...records] } };
    } catch (error) {
      if (error instanceof LockTimeoutError) return { kind: "busy" };
      if (error instanceof PassError) {
        await deps.passLog.failed(error.report, error.entries(undefined), Date.now() - start);
      }
      return { kind: "failed" };
    }
  });
}

/** Commands in the audit trail: who is whoever the machine says they are, from where is the command line. */
import { userInfo } from "node:os";
import type { Audit } from "../audit/audit.ts";
import type { Audited } from "../audit/audited.ts";
import type { AuditEntry, Concerned, Outcome } from "../audit/line.ts";
import { NotAskedError, NothingToTakeBackError } from "../operate/decision-errors.ts";

interface WithAudit {
  readonly audit: Pick<Audit, "note">;
}

/** Does something and notes it, however it ends. */
export async function auditedCommand<T>(
  { audit }: WithAudit,
  what: Audited,
  work: (concerns: (on: Concerned) => void) => Promise<T>,
): Promise<T> {
  const { audited } = await import("../audit/audit.ts");
  const { COMMAND_LINE } = await import("../audit/line.ts");
  const { NothingToPickError } = await import("../operate/person-plan.ts");
  const { NothingToDecideError } = await import("../drift/decide.ts");
  const refusals = [NotAskedError, NothingToTakeBackError, NothingToPickError, NothingToDecideError];
  const outcomeOf = (error: unknown): Outcome =>
    refusals.some((refusal) => error instanceof refusal) ? "refused" : "failed";
  const doing = { who: operator(), from: COMMAND_LINE, what, outcomeOf };
  return (await audited({ note: (entry) => noteOrSay(audit, entry) }, doing, work)).result;
}

/** Notes what a command did, where its outcome is more than whether it threw. */
export async function noteCommand(
  { audit }: WithAudit,
  entry: Pick<AuditEntry, "what" | "on" | "outcome">,
): Promise<void> {
  const { COMMAND_LINE } = await import("../audit/line.ts");
  await noteOrSay(audit, { who: operator(), from: COMMAND_LINE, ...entry });
}

async function noteOrSay(audit: Pick<Audit, "note">, entry: AuditEntry): Promise<boolean> {
  const noted = await audit.note(entry);
  if (!noted) process.stderr.write("This could not be noted in the audit trail.\n");
  return noted;
}

/** On a Heroku dyno the user has no name of use; Heroku's own log says who started the dyno. */
export function operator(): string {
  const dyno = process.env.DYNO;
  if (dyno) return `dyno ${dyno}`;
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that its system has not heard of.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

/** What becomes of a job whose pass failed through no fault of its purchase: it waits, and keeps its attempts. */
import type { Connector } from "../../connectors/connector.ts";
import { RateLimitedError, UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import { LockTimeoutError } from "../redis/locks.ts";
import { closingState } from "./closing.ts";
import type { Gate } from "./gate.ts";
import type { Outage } from "./outage.ts";
import type { SharedPacer } from "./pacer.ts";
import { PassError } from "./pass-error.ts";

export interface PatienceDeps {
  readonly connector: Pick<Connector, "probe">;
  readonly gate: Gate;
  readonly outage: Pick<Outage, "look">;
  readonly pacer: Pick<SharedPacer, "holdOff">;
  readonly backoffMs: number;
  readonly probeMs: number;
}

/** The job, as far as its patience goes. */
export interface Trial {
  /** When the CRM last left the purchase without an answer, by Redis' clock. */
  readonly failedAt: number | undefined;
  /** Whether no attempt is left after this one. */
  readonly isLast: boolean;
  noteFailure(at: number): Promise<void>;
}

export interface Patience {
  /** @returns when to try again with no attempt used up, in milliseconds since the epoch; undefined where it counts */
  until(error: Error, trial: Trial): Promise<number | undefined>;
  /** Asks a CRM that has fallen silent, so that an outage shows with nobody else to ask, and a purchase's own fault too. */
  watch(): Promise<void>;
}

const SHORT_DELAY_MS = 300;
const LONGEST_DELAY_MS = 5_000;
/** Silence for longer is an outage; sooner where the CRM is looked at more often. */
const OUTAGE_MS = 20_000;
const OUTAGE_LOOKS = 4;

export function createPatience(deps: PatienceDeps): Patience {
  const { connector, gate, outage } = deps;
  const outageMs = Math.min(OUTAGE_MS, OUTAGE_LOOKS * deps.probeMs);

  /** @returns whether the gate is closed now */
  async function closeIfOut(silentMs: number | undefined, detail: string): Promise<boolean> {
    if (silentMs === undefined || silentMs < outageMs) return false;
    await gate.close({ reason: "unavailable", detail, since: new Date(Date.now() - silentMs).toISOString() });
    return true;
  }

  /** A failure is the purchase's own when the CRM has answered others since the purchase last went without. */
  async function unanswered({ error, words }: Unanswered, trial: Trial): Promise<number | undefined> {
    const { now, silentMs, answeredAt } = await outage.look();
    await trial.noteFailure(now);
    const isOwn = trial.failedAt !== undefined && answeredAt >= trial.failedAt;
    // Nothing is given up on the strength of an answer from before this failure.
    if (isOwn && !(trial.isLast && (await isSilent()))) return undefined;
    if (!isOwn && (await closeIfOut(silentMs, words))) return soon();
    const delay = jitter(Math.min(LONGEST_DELAY_MS, Math.max(deps.backoffMs, silentMs ?? 0)));
    return Math.max(Date.now() + delay, error.retryAt?.getTime() ?? 0);
  }

  /** 403 may be about this one request: a CRM that lets us in otherwise refuses what was in it, and nobody else's. */
  async function isForbiddenAlone(error: PassError): Promise<boolean> {
    return error.find(UnauthorisedError)?.error.status === 403 && (await isLetIn());
  }

  /** Asked once for all that fail meanwhile. */
  let asking: Promise<boolean> | undefined;
  function isLetIn(): Promise<boolean> {
    asking ??= connector
      .probe()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = undefined;
      });
    return asking;
  }

  async function isSilent(): Promise<boolean> {
    return (await silence()) !== undefined;
  }

  async function silence(): Promise<UnavailableError | undefined> {
    try {
      await connector.probe();
    } catch (error) {
      if (error instanceof UnavailableError) return error;
    }
    return undefined;
  }

  return {
    async until(error, trial) {
      if (error instanceof LockTimeoutError) return soon();
      // Whoever lost the lock lost the job with it, and has left word that the purchase be looked at again.
      if (!(error instanceof PassError)) return undefined;
      const closing = closingState(error);
      if (closing !== undefined && (await isForbiddenAlone(error))) return undefined;
      if (closing !== undefined) {
        await gate.close(closing);
        return soon();
      }
      const limited = error.find(RateLimitedError);
      if (limited !== undefined) {
        const { retryAt } = limited.error;
        await deps.pacer.holdOff(retryAt);
        return Math.max(retryAt.getTime(), Date.now()) + jitter(SHORT_DELAY_MS);
      }
      const unavailable = error.find(UnavailableError);
      if (unavailable !== undefined) return await unanswered(unavailable, trial);
      // Whoever held the lock of a shared record for so long was waiting for the CRM.
      return error.find(LockTimeoutError) === undefined ? undefined : soon();
    },

    async watch() {
      if ((await outage.look()).silentMs === undefined) return;
      const error = await silence();
      if (error !== undefined) await closeIfOut((await outage.look()).silentMs, error.message);
    },
  };
}

interface Unanswered {
  readonly error: UnavailableError;
  /** The CRM's words without personal data. */
  readonly words: string;
}

function soon(): number {
  return Date.now() + jitter(SHORT_DELAY_MS);
}

function jitter(ms: number): number {
  return ms * (0.5 + Math.random());
}

/** Whether Redis keeps what it is given, and how much more of it there is room for. */
import { SetupError } from "../../config/setup-error.ts";
import type { RedisClient, RedisTarget } from "../../redis/client.ts";
import { inspectRedis } from "../../redis/inspect.ts";
import { bytesOfBooking, roomIn, type Share } from "../../redis/room.ts";
import { reachRedis } from "../reach-redis.ts";
import { type Finding, ill, type Report, well } from "./finding.ts";

export interface RedisPatient {
  readonly target: RedisTarget;
  /** Outside production a Redis that loses things is noted, as at the release. */
  readonly production: boolean;
  /** How many there are to write to. */
  readonly crms: number;
}

/** Above this share of what there is, a busy week may use up the rest. */
const NEARLY_ALL = 0.8;

/** @param report told each finding */
export async function examineRedis(patient: RedisPatient, report: Report): Promise<void> {
  let redis: RedisClient;
  try {
    redis = await reachRedis(patient.target);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return report({ ok: false, what: error.message });
  }
  try {
    await keeping(redis, patient, report);
    const { memory, connections } = await roomIn(redis);
    report(memoryFinding(memory, patient.crms));
    report(connectionsFinding(connections));
  } finally {
    redis.disconnect();
  }
}

async function keeping(redis: RedisClient, { production }: RedisPatient, report: Report): Promise<void> {
  const findings = await inspectRedis(redis);
  if (findings.length === 0) report(well("what it is given is on disk, and nothing is evicted"));
  for (const { severity, message } of findings) {
    report({ ok: severity === "note" || !production, what: message });
  }
}

function memoryFinding({ used, limit }: Share, crms: number): Finding {
  const size = bytesOfBooking(crms);
  if (limit === undefined) {
    return well(
      `${megabytes(used)} of memory are used; it says no limit, your provider does (${size / 1_000} kB a booking)`,
    );
  }
  const fitting = Math.max(0, Math.floor((limit - used) / size));
  const said =
    `${megabytes(used)} of ${megabytes(limit)} of memory are used: some ${fitting.toLocaleString("en")} more bookings ` +
    `fit, at ${size / 1_000} kB each`;
  if (used < limit * NEARLY_ALL) return well(said);
  return ill(
    `${said}.`,
    "take a larger plan, or shorten RETENTION_DAYS and LEDGER_RETENTION_DAYS: see What Redis to buy in docs/deployment.md.",
  );
}

function connectionsFinding({ used, limit }: Share): Finding {
  if (limit === undefined) return well(`${used} connections are open; it says no limit`);
  const said = `${used} of ${limit} connections are open`;
  if (used < limit * NEARLY_ALL) return well(said);
  return ill(`${said}.`, "run fewer processes, or take a plan with more: see What Redis to buy in docs/deployment.md.");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

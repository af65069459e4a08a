/** `--since`: how long ago, as `90m`, `2h` or `3d`. */
import type { Command } from "commander";

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function timeAgo(text: string, command: Command): Date {
  const [, count, unit] = /^(\d{1,9})([mhd])$/.exec(text) ?? [];
  const ms = UNITS[unit ?? ""];
  if (count === undefined || ms === undefined) return command.error("--since: give a time such as 90m, 2h or 3d");
  return new Date(Date.now() - Number(count) * ms);
}

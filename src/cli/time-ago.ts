/** How long ago, as `90m`, `2h` or `3d`. */
import type { Command } from "commander";

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function timeAgo(text: string, command: Command): Date {
  return new Date(Date.now() - milliseconds(text, "--since", command));
}

/** @param option the name it was given under */
export function milliseconds(text: string, option: string, command: Command): number {
  const [, count, unit] = /^(\d{1,9})([mhd])$/.exec(text) ?? [];
  const ms = UNITS[unit ?? ""];
  if (count === undefined || ms === undefined) return command.error(`${option}: give a time such as 90m, 2h or 3d`);
  return Number(count) * ms;
}

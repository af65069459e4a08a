/** How long ago, as `90m`, `2h` or `3d`, and when, where a day or an instant will do as well. */
import type { Command } from "commander";
import { isDay } from "./days.ts";

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

/** A UTC day or instant, or how long ago. */
export function instantOf(text: string, command: Command): Date {
  const isInstant = isDay(text) || /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text);
  const at = isInstant ? new Date(text) : timeAgo(text, command);
  return Number.isNaN(at.getTime()) ? command.error(`${text} is no time`) : at;
}

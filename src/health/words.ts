/** Figures in a sentence. */

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

const STEPS = [
  { ms: 86_400_000, unit: "d" },
  { ms: 3_600_000, unit: "h" },
  { ms: 60_000, unit: "min" },
] as const;

/** "40 s", "12 min", "3 h" */
export function spell(ms: number): string {
  const step = STEPS.find((one) => ms >= 2 * one.ms);
  return step === undefined ? `${Math.round(ms / 1000)} s` : `${Math.floor(ms / step.ms)} ${step.unit}`;
}

export function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 notification never came and was read back` */
export function neverCame(notifications: number): string {
  return `${count(notifications, "notification")} never came and ${notifications === 1 ? "was" : "were"} read back`;
}

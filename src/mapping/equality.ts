/**
 * When two values are equal in a mapping. BookingBug's blanks are taken away before, so that what is blank has to equal `""` here;
 * and an id or a tick is a number or a word by the version of its server.
 */
import { type Context, defaultOperators, type Operators, toValueSync } from "liquidjs";
import { isNothing } from "./filters/text.ts";

export const operators: Operators = {
  ...defaultOperators,
  "==": isEqual,
  "!=": (one: unknown, other: unknown, context: Context) => !isEqual(one, other, context),
};

function isEqual(one: unknown, other: unknown, context: Context): boolean {
  const inLiquid = (a: unknown, b: unknown): boolean => toValueSync(defaultOperators["=="]?.(a, b, context)) === true;
  if (inLiquid(one, other)) return true;
  if (isNothing(one)) return inLiquid("", other);
  if (isNothing(other)) return inLiquid(one, "");
  return isScalar(one) && isScalar(other) && typeof one !== typeof other && String(one) === String(other);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

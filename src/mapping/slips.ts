/** What compiles, and cannot be what was meant: comparisons that never hold, formats that there are not. */
import { ROOTS } from "./expression.ts";
import { nearest } from "./problems.ts";
import { VALUES } from "./value-facts.ts";

/** Compared with a text, whatever stands around it. */
const COMPARED = /\b(booking\.status|change\.kind)\s{0,9}(==|!=)\s{0,9}(["'])([^"']{0,60})\3/g;
const FORMATTED = /\|\s{0,9}in_zone:[^,|]{1,120},\s{0,9}(["'])([^"']{1,60})\1/g;

/** @returns what is wrong with an expression or a template, in the order in which it stands there */
export function slipsIn(text: string): string[] {
  return [...neverTrue(text), ...noFormat(text)];
}

function neverTrue(text: string): string[] {
  return [...text.matchAll(COMPARED)].flatMap(([, path = "", operator, , value = ""]) => {
    const known = VALUES[path] ?? [];
    if (known.includes(value)) return [];
    const [near] = nearest(value, known);
    const hint = near === undefined ? `it is one of ${known.join(", ")}` : `did you mean "${near}"?`;
    return [`\`${path}\` is never "${value}", so that this is ${operator === "==" ? "never" : "always"} true; ${hint}`];
  });
}

/** A list or a block where something in it was meant. */
export function blocksIn(text: string, filters: readonly string[]): string[] {
  const bare = ROOTS.find((root) => text.trim() === root);
  if (bare === "answers") return ["`answers` is a list; write `answers | answer: 15571` or `answers | answers_text`"];
  if (bare !== undefined) return [`\`${bare}\` is a whole block; name something in it, such as \`${bare}.id\``];
  if (/\|\s*$/.test(text)) return ["`|` needs the name of a filter after it"];
  const plain = text.replace(/"[^"]*"|'[^']*'/g, '""');
  const [, answer] = /\banswers\.(?!size\b|first\b|last\b)(\w{1,60})/.exec(plain) ?? [];
  if (answer !== undefined && !/\w\.answers\./.test(plain)) {
    return [`\`answers\` is a list, and has no \`${answer}\`; write \`answers | answer: "${answer}"\``];
  }
  const [, path, filter = ""] = /^\s*((?:[a-z_]+\.)[a-z_0-9.]+)\.([a-z_0-9]+)\b/.exec(plain) ?? [];
  if (!filters.includes(filter) || ["size", "first", "last"].includes(filter)) return [];
  return [`\`${filter}\` is a filter; write \`${path} | ${filter}\``];
}

/** Luxon's letters, of which admins know others. */
function noFormat(text: string): string[] {
  return [...text.matchAll(FORMATTED)].flatMap(([, , format = ""]) => {
    const example = 'write it as "dd/MM/yyyy HH:mm"';
    if (/%[a-zA-Z]/.test(format))
      return [`"${format}" is a format with %, which \`in_zone\` does not know; ${example}`];
    if (/DD|YY/.test(format)) return [`in a format days are \`dd\` and years \`yyyy\`, in small letters; ${example}`];
    return [];
  });
}

/** Whether it is a path of BookingBug's, which would be written letter by letter. */
export function isPath(constant: unknown): constant is string {
  if (typeof constant !== "string") return false;
  const [root, name = "", ...more] = constant.split(".");
  return ROOTS.some((one) => one === root) && /^[a-z_]\w{0,60}$/.test(name) && more.length === 0;
}

/** What people call it, and BookingBug does not. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ surname: "last_name", lastname: "last_name", family_name: "last_name" },
  ...{ firstname: "first_name", forename: "first_name", given_name: "first_name" },
  ...{ telephone: "phone", tel: "phone", mobile_phone: "mobile", cell: "mobile", cellphone: "mobile" },
  ...{ zip: "postcode", zipcode: "postcode", zip_code: "postcode", postal_code: "postcode" },
  ...{ street: "address1", e_mail: "email", mail: "email" },
};

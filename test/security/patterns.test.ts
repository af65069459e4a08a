/**
 * Every regular expression of the service, looked at by a checker: one whose cost grows faster than the text it is given may stand
 * only where that text has a length, which is said here [S1].
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { parseSync } from "@swc/core";

// Without it the checker starts a program of its own for each pattern, where there is one.
process.env.RECHECK_BACKEND = "pure";
const { checkSync } = await import("recheck");

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const HUBSPOT =
  "HubSpot's words, cut to 5,000 characters a sentence and 20,000 in all by `connectors/hubspot/envelope.ts`";
const EXPRESSION = "the first 1,000 characters of an expression and of Liquid's message about it";
const JRNI = "a value of at most 2,000 characters, in a file that an admin gives to a command";
const SETTING = "a setting of whoever runs the service";

/** Patterns that the checker does not call linear, and what bounds the text that each is given. */
const BOUNDED: Readonly<Record<string, string>> = {
  'connectors/hubspot/envelope.ts /[Pp]roperty "?([a-z][a-z0-9_]*)"? (?:does not exist|is read.?only)/': HUBSPOT,
  "connectors/hubspot/errors.ts /Existing ID: ?(\\d+)|(?<!\\d)(\\d+) already has that value|existing (?:object|record|contact)[^0-9]{0,40}(\\d{3,})/i":
    HUBSPOT,
  "connectors/hubspot/errors.ts /\\b(object|record|contact|company|deal|meeting|appointment)s?\\b.{0,60}(not (be )?found|not exist|deleted)|could not (get|find) /i":
    HUBSPOT,
  "connectors/hubspot/locate.ts /NO_ASSOCIATIONS|not.?found|no .*associat/i": HUBSPOT,
  "connectors/hubspot/settings.ts /\\/+$/": SETTING,
  "connectors/salesforce/auth.ts /\\/+$/": SETTING,
  "connectors/salesforce/choose-auth.ts /\\/+$/": SETTING,
  "connectors/salesforce/errors.ts /Too many [\\w ]{1,60}: ?\\d/i": "the first 2,000 characters of Salesforce's words",
  "connectors/salesforce/faults.ts /<faultstring>([\\s\\S]*?)<\\/faultstring>/":
    "the first 10,000 characters of an answer",
  "connectors/salesforce/provision.ts /^[A-Za-z](?!.*__.*__c$)\\w*__c$/":
    "a field's name in a mapping, which has 100,000 characters at most; asked by `provision` alone",
  "src/config/bookingbug-api.ts /(?:\\/api(?:\\/v\\d+)?)?\\/*$/": SETTING,
  'src/mapping/unreadable.ts /output "?\\{\\{.*not closed/s': EXPRESSION,
  'src/mapping/unreadable.ts /tag "?\\{%-?\\s*(\\w+).*not closed/s': EXPRESSION,
  "src/mapping/unreadable.ts /\\s(\\?)\\s.*:/s": EXPRESSION,
  "src/mapping/unreadable.ts /(?<!\\{)\\{\\s*([a-z_.]+)\\b[^{}]*\\}(?!\\})/": EXPRESSION,
  "src/mapping/unreadable.ts /^[^\\w\"'(]{1,3}([a-z_.]+)\\W*$/": EXPRESSION,
  "src/mapping/jrni/liquid.ts /\\{\\{-?\\s*([\\s\\S]*?)\\s*-?\\}\\}/g": JRNI,
  "src/mapping/jrni/liquid.ts /^\\{\\{-?\\s*((?:(?!\\}\\})[\\s\\S])*?)\\s*-?\\}\\}$/": JRNI,
  "src/mapping/jrni/liquid.ts /^\\[\\s*\\+?\\s*\\{\\{-?\\s*(client|member)\\.(\\w+)_prefix\\s*-?\\}\\}\\s*\\]\\s*\\{\\{-?\\s*\\1\\.\\2\\s*-?\\}\\}$/":
    JRNI,
  "src/mapping/jrni/liquid.ts /\\[([^[\\]{}]*\\{\\{-?\\s*([a-z_][\\w.]*)[^{}]*\\}\\}[^[\\]{}]*)\\]/g": JRNI,
  "src/mapping/jrni/liquid.ts /^\\{\\{-?\\s*[\\w.]+\\s*-?\\}\\}(?:(\\s*[,;/-]?\\s*)\\{\\{-?\\s*[\\w.]+\\s*-?\\}\\}(?:\\1\\{\\{-?\\s*[\\w.]+\\s*-?\\}\\})*)$/":
    JRNI,
  "src/mapping/jrni/liquid.ts /(\\{\\{|\\{%)([\\s\\S]*?)(\\}\\}|%\\})/g": JRNI,
  "src/booking/stand-ins.ts /\\/(\\d{1,15})(?:[{?#].*)?$/": "the first 500 characters of a link",
};

interface Pattern {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

const patterns = globSync(["src/**/*.ts", "connectors/**/*.ts"], { cwd: ROOT }).flatMap(patternsIn);

function patternsIn(file: string): Pattern[] {
  const found: Pattern[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { type, pattern, flags } = node as { type?: string; pattern?: string; flags?: string };
    if (type === "RegExpLiteral") found.push({ file, source: pattern ?? "", flags: flags ?? "" });
    for (const child of Object.values(node)) walk(child);
  };
  walk(parseSync(readFileSync(join(ROOT, file), "utf8"), { syntax: "typescript", target: "es2022" }));
  return found;
}

function isLinear({ source, flags }: Pattern): boolean {
  // By the clock, of which a machine with other work has little for us.
  const proved = checkSync(source, flags, { timeout: 20_000 });
  // Too large to be proved: attacked instead.
  const { status } =
    proved.status === "unknown" ? checkSync(source, flags, { checker: "fuzz", timeout: 120_000 }) : proved;
  return status === "safe";
}

describe("a regular expression", () => {
  it("costs no more than the length of its text, or is given bounded texts only", () => {
    const name = ({ file, source, flags }: Pattern): string => `${file} /${source}/${flags}`;
    const names = new Set(patterns.map(name));
    // How much the checker can prove in its time depends on the machine, so that what is listed is not asked about.
    const dear = patterns.filter((one) => !(name(one) in BOUNDED) && !isLinear(one));
    expect(dear.map(name)).toEqual([]);
    expect(Object.keys(BOUNDED).filter((one) => !names.has(one))).toEqual([]);
    expect(patterns.length).toBeGreaterThan(100);
  }, 1_500_000);

  it("is written where the checker sees it", () => {
    const made = globSync(["src/**/*.ts", "connectors/**/*.ts"], { cwd: ROOT }).filter((file) =>
      /\bnew RegExp\(|\bRegExp\(/.test(readFileSync(join(ROOT, file), "utf8")),
    );
    expect(made).toEqual(Object.keys(MADE));
  });
});

/** Patterns that are put together at run time, of what. */
const MADE: Readonly<Record<string, string>> = {
  "connectors/salesforce/faults.ts": "a code of word characters, at the beginning of the text",
  "src/operate/forget/mentions.ts": "e-mails and ids, escaped, each tried at each place",
};

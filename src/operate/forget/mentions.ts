/** Whether a text speaks of a person: by an e-mail as a whole, or by BookingBug's id where it stands for a client. */
import type { Person } from "./person.ts";
import { isReadable, notations, readings } from "./readings.ts";

/** What an address may be joined to another's letters by. */
const JOINTS = "._%+'-";

/** @returns a test whether a text holds one of the e-mails, in any notation and case, and not as a part of another address */
export function emailFinder({ emails }: Pick<Person, "emails">): (text: string) => boolean {
  if (emails.size === 0) return () => false;
  const any = [...emails].map((email) => RegExp.escape(email.normalize("NFC"))).join("|");
  const before = `(?<![\\p{L}\\p{N}][${JOINTS}]{0,8})`;
  const after = "(?![\\p{L}\\p{N}]|[.-]{1,2}[\\p{L}\\p{N}])";
  // Between quotes or underscores it is whole, whatever stands before them.
  const pattern = new RegExp(`${before}(?:${any})${after}|(?<=(['_*]))(?:${any})(?=\\1)`, "iu");
  return (text) => notations(text).some((plain) => pattern.test(plain.normalize("NFC")));
}

/** @returns a test whether a text holds one of the ids as that of a client or member */
function clientFinder({ clientIds }: Pick<Person, "clientIds">): (text: string) => boolean {
  if (clientIds.size === 0) return () => false;
  const any = [...clientIds].map((id) => RegExp.escape(id)).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}.-])(?:${any})(?![\\p{L}\\p{N}]|\\.\\d)`, "gu");
  return (text) =>
    notations(text).some((plain) => plain.matchAll(pattern).some(({ index }) => standsForClient(plain, index)));
}

/** How far before an id the object that it is the id of may begin. */
const REACH = 5_000;
const DIRECT = /(?:client|member)s?(?:_?id|\[id\])?["'>\s:=/]{1,8}$/i;
const INSIDE = /\bid["'>\s:=]{1,8}$/i;
const OBJECT = /(?:client|member)["']?\s{0,8}:\s{0,8}$/i;

/** `client_id=5`, `/client/5`, `"client": {…, "id": 5`, `<client>…<id>5`. */
function standsForClient(text: string, index: number): boolean {
  const near = text.slice(Math.max(0, index - 40), index);
  if (DIRECT.test(near)) return true;
  if (!INSIDE.test(near)) return false;
  const before = text.slice(Math.max(0, index - REACH), index);
  const open = enclosing(before);
  if (open !== undefined && OBJECT.test(before.slice(Math.max(0, open - 40), open))) return true;
  const tag = ["client", "member"].map((name) => before.lastIndexOf(`<${name}>`) > before.lastIndexOf(`</${name}>`));
  return tag.some(Boolean);
}

/** Where the object begins that the end of the text is in. */
function enclosing(text: string): number | undefined {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === "}") depth += 1;
    if (text[at] === "{") depth -= 1;
    if (depth < 0) return at;
  }
  return undefined;
}

/** `unreadable`: it is neither text nor anything that can be unpacked to text. */
export type Verdict = "theirs" | "others" | "unreadable";

/** @returns what tells of a body that could not be read as a notification whether it speaks of the person */
export function bodyJudge(person: Person): (body: Buffer) => Verdict {
  const hasEmail = emailFinder(person);
  const hasClient = clientFinder(person);
  return (body) => {
    if (readings(body).some((text) => hasEmail(text) || hasClient(text))) return "theirs";
    return isReadable(body) ? "others" : "unreadable";
  };
}

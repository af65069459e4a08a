/** A body that nobody could read is a person's in whatever way it names them, and nobody else's. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { bodyJudge, emailFinder } from "../../../src/operate/forget/mentions.ts";

const judge = bodyJudge({ emails: new Set(["ann@x.com"]), clientIds: new Set(["4711"]) });
const TEXT = '{"email": "Ann@X.com", ';

function utf16be(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

describe("a body is theirs", () => {
  it.each([
    ["JSON's escape of the sign", '{"email":"ann\\u0040x.com"'],
    ["JSON's escape of every letter", '"\\u0061\\u006e\\u006E\\u0040\\u0078\\u002e\\u0063\\u006f\\u006d"'],
    ["JSON within JSON", '{"body":"{\\"email\\":\\"ann\\\\u0040x.com\\"}"'],
    ["a line's end before it, escaped", '{"note":"Mail:\\nann@x.com\\tAnn"'],
    ["a form", "name=Ann+Lee&email=ann%40x.com"],
    ["a form's blank before it", "note=mail+ann@x.com+now"],
    ["a form encoded twice", "email=ann%2540x.com"],
    ["HTML by number", "ann&#64;x&#x2E;com"],
    ["HTML by name", "ann&commat;x.com"],
    ["HTML of HTML", "ann&amp;#64;x.com"],
    ["a form of HTML", "email=ann%26%2364%3Bx.com"],
    ["other letter case", "ANN@X.COM"],
    ["a quote before it", "{'email':'ann@x.com'}"],
    ["a letter and a quote before it", "{u'email': u'ann@x.com'}"],
    ["an underscore after it", "ann@x.com_2036"],
    ["underscores around it", "see_ann@x.com_"],
    ["a full stop after it", "Write to ann@x.com. Thanks"],
  ])("by %s", (_notation, text) => {
    expect(judge(Buffer.from(text))).toBe("theirs");
  });

  it.each<[string, Buffer]>([
    ["UTF-16LE", Buffer.from(TEXT, "utf16le")],
    ["UTF-16LE with a mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le")],
    ["UTF-16BE", utf16be(TEXT)],
    ["UTF-16BE with a mark", utf16be(`\uFEFF${TEXT}`)],
    ["Latin-1", Buffer.from(`{"name":"José","email":"ann@x.com`, "latin1")],
    ["gzip", gzipSync(TEXT)],
    ["deflate", deflateSync(TEXT)],
    ["deflate without a head", deflateRawSync(TEXT)],
    ["brotli", brotliCompressSync(TEXT)],
    ["gzip of gzip", gzipSync(gzipSync(TEXT))],
    ["gzip of brotli of UTF-16BE", gzipSync(brotliCompressSync(utf16be(TEXT)))],
    [
      "the beginning of a gzip",
      gzipSync(TEXT + Array.from({ length: 9_999 }, (_, i) => i ** 3).join()).subarray(0, 9_000),
    ],
  ])("in %s", (_encoding, body) => {
    expect(judge(body)).toBe("theirs");
  });

  it.each([
    '{"client_id":4711',
    '{"clientId": "4711"',
    "client_id=4711&x=1",
    "client[id]=4711",
    '{"href":"https://x/api/v1/37000/client/4711"',
    '{"href":"https:\\/\\/x\\/members\\/4711{?x}"',
    '{"client": {"name":"Ann","address":{"id":1},"id":4711,',
    "<client><name>Ann</name><id>4711</id>",
    "<member_id>4711</member_id>",
  ])("by the id of the client in %s", (text) => {
    expect(judge(Buffer.from(text))).toBe("theirs");
  });
});

describe("a body is others'", () => {
  it.each([
    "joann@x.com",
    "jo.ann@x.com",
    "jo_ann@x.com",
    "o'ann@x.com",
    "jo%2Bann%40x.com",
    '{"email":"jo\\u002eann\\u0040x.com"',
    "ann@x.com.au",
    "ann@x.com-mail.org",
    "ann@x.comm",
    "ann@xxcom",
    '{"id":4711,"client":{"id":1}',
    '{"client":{"id":1},"id":4711',
    '{"client_id":47110}',
    '{"client_id":1,"price":4711}',
    "{",
  ])("where it says %s", (text) => {
    expect(judge(Buffer.from(text))).toBe("others");
  });
});

it("says where nobody can read anything", () => {
  const noise = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 31 + (i >> 3) * 17) % 256));
  expect(judge(noise)).toBe("unreadable");
  expect(judge(gzipSync("plain"))).toBe("others");
});

it("finds an address of other letters however they are composed", () => {
  expect(emailFinder({ emails: new Set(["jose\u0301@x.com"]) })("JOSÉ@x.com")).toBe(true);
});

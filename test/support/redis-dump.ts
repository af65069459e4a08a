/** Everything a Redis holds as one text, packed values unpacked, to look for what must not be there. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Redis } from "ioredis";
import { decompress } from "../../src/redis/compress.ts";

export async function dumpRedis(redis: Redis): Promise<string> {
  const lines: string[] = [];
  for (const key of (await redis.keys("*")).sort()) {
    lines.push(key, ...(await valuesOf(redis, key)).flatMap(readings));
  }
  return lines.join("\n");
}

async function valuesOf(redis: Redis, key: string): Promise<Buffer[]> {
  switch (await redis.type(key)) {
    case "string":
      return [await redis.getBuffer(key)].filter((value) => value !== null);
    case "list":
      return await redis.lrangeBuffer(key, 0, -1);
    case "set":
      return await redis.smembersBuffer(key);
    case "zset":
      return await redis.zrangeBuffer(key, 0, "-1");
    case "hash":
      return flat(await redis.callBuffer("HGETALL", key));
    case "stream":
      return flat(await redis.callBuffer("XRANGE", key, "-", "+"));
    // Gone since it was listed.
    case "none":
      return [];
    default:
      throw new Error(`a key of an unknown type: ${key}`);
  }
}

function flat(answer: unknown): Buffer[] {
  if (Buffer.isBuffer(answer)) return [answer];
  return Array.isArray(answer) ? answer.flatMap(flat) : [];
}

/** As it stands, and as what it may be the packed or encoded form of. */
function readings(value: Buffer): string[] {
  const encoded = [...value.toString("latin1").matchAll(/"body":"([A-Za-z0-9+/=]{8,})"/g)];
  const bodies = encoded.map(([, text = ""]) => Buffer.from(text, "base64"));
  return [value, ...bodies].flatMap((bytes) => [bytes.toString("utf8"), ...unpacked(bytes)]);
}

function unpacked(bytes: Buffer): string[] {
  return [decompress, gunzipSync, brotliDecompressSync].flatMap((unpack) => {
    try {
      return [unpack(bytes).toString()];
    } catch {
      return [];
    }
  });
}

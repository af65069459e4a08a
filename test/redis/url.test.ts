import { describe, expect, it } from "@jest/globals";
import { parseRedisUrl } from "../../src/redis/url.ts";

describe("REDIS_URL", () => {
  it.each([
    ["redis://localhost:6379/1", { kind: "single", url: "redis://localhost:6379/1", tls: false }],
    ["rediss://:p%40ss@host:6380", { kind: "single", url: "rediss://:p%40ss@host:6380", tls: true }],
    ["/run/redis.sock", { kind: "single", url: "/run/redis.sock", tls: false }],
    [
      "redis+sentinel://user:p%40ss@one:26380,two/primary?sentinelPassword=other",
      {
        kind: "sentinel",
        hosts: [
          { host: "one", port: 26_380 },
          { host: "two", port: 26_379 },
        ],
        name: "primary",
        credentials: { username: "user", password: "p@ss" },
        sentinelPassword: "other",
        tls: false,
      },
    ],
    [
      "rediss+cluster://[::1]:7000,host",
      {
        kind: "cluster",
        hosts: [
          { host: "::1", port: 7_000 },
          { host: "host", port: 6_379 },
        ],
        credentials: {},
        tls: true,
      },
    ],
  ])("%s names where Redis is", (text, address) => {
    expect(parseRedisUrl(text)).toEqual(address);
  });

  it.each([
    "localhost:6379",
    "http://localhost",
    "redis://",
    "redis+sentinel://one:26379",
    "redis+cluster://one/0",
    "redis+cluster://",
    "redis+cluster://one:port",
    "redis+cluster://%E0%A4%A:p@one",
  ])("%s names none", (text) => {
    expect(parseRedisUrl(text)).toBeUndefined();
  });
});

/**
 * In every test file: each exchange with the HubSpot sandbox in this process keeps to HubSpot's published contract, the
 * connector's requests and the sandbox's answers alike, or the test in which it happened fails.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterAll, afterEach, expect } from "@jest/globals";
import type { Exchange } from "../../sandbox/exchanges.ts";

const CHANNEL = "sandbox.exchange";
let seen: Exchange[] = [];

function keep(message: unknown): void {
  const exchange = message as Exchange;
  if (exchange.crm === "hubspot") seen.push(exchange);
}

subscribe(CHANNEL, keep);

afterEach(async () => {
  const exchanges = seen;
  seen = [];
  if (exchanges.length === 0) return;
  // Most test files speak to no CRM and need none of it.
  const { breaches } = await import("./breaches.ts");
  expect(breaches(exchanges)).toEqual([]);
});

afterAll(() => void unsubscribe(CHANNEL, keep));

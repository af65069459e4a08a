/** Whose word on a client's address is believed: a forged one would lead round the throttling. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it } from "@jest/globals";
import express from "express";
import { connectors } from "../../connectors/index.ts";
import { loadConfig } from "../../src/config/config.ts";
import { SIGN_INS } from "../support/environment.ts";

const ENVIRONMENT = {
  ...SIGN_INS,
  CRM: "hubspot",
  HUBSPOT_ACCESS_TOKEN: "token",
};

it.each([
  ["nobody, as a rule", {}, "127.0.0.1"],
  ["Heroku's router on a dyno", { DYNO: "web.1" }, "198.51.100.7"],
  ["as many as are configured", { TRUSTED_PROXIES: "2" }, "203.0.113.9"],
  ["nobody on a dyno, if so configured", { DYNO: "web.1", TRUSTED_PROXIES: "0" }, "127.0.0.1"],
])("%s", async (_who, env, address) => {
  const { trustedProxies } = loadConfig({ ...ENVIRONMENT, ...env }, connectors);
  const app = express().set("trust proxy", trustedProxies);
  app.get("/", (request, response) => void response.send(request.ip));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const headers = { "X-Forwarded-For": "203.0.113.9, 198.51.100.7" };
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers });
  expect(await response.text()).toBe(address);
  server.close();
});

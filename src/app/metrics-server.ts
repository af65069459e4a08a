/** `GET /metrics` on a port of its own, for a Prometheus that reaches the processes directly. Only where METRICS_PORT is set. */
import express from "express";
import { createHttpServer, listen } from "../http/server.ts";
import { createExposition } from "../metrics/exposition.ts";
import { createMetricsRouter } from "../metrics/router.ts";
import { type Base, connect, type Running } from "./base.ts";
import { createParts } from "./parts.ts";

/** @throws SetupError when the port cannot be had */
export async function startMetrics(base: Base): Promise<Running & { readonly port: number | undefined }> {
  const { config, log, name } = base;
  if (config.metricsPort === undefined) return { port: undefined, stop: async () => {} };
  const parts = createParts(base, connect(base, "edge"));
  const app = express();
  app.disable("x-powered-by");
  app.use("/metrics", createMetricsRouter(createExposition(name, parts, base.losses)));
  const server = createHttpServer(app);
  const port = await listen(server, { port: config.metricsPort, host: config.host, variable: "METRICS_PORT" });
  log.info({ port }, "telling metrics");

  return {
    port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await parts.close();
    },
  };
}

/** Tells the metrics at the path it is mounted at. Who may ask is decided there. */
import { Router } from "express";
import type { Exposition } from "./exposition.ts";

export function createMetricsRouter(exposition: Exposition): Router {
  const router = Router();
  router.get("/", async (_request, response) => {
    const text = await exposition.text();
    response.type(exposition.contentType).send(text);
  });
  return router;
}

/** The floor: what Express and BullMQ cost by themselves for the same payload. */
import { Queue } from "bullmq";
import express from "express";
import { Redis } from "ioredis";

const redis = new Redis(process.env.REDIS_URL ?? "", { maxRetriesPerRequest: null });
const queue = new Queue("bare", { connection: redis });
const app = express();
app.use(express.json({ limit: "1mb" }));
app.post("/", async (request, response) => {
  await queue.add("notification", request.body, { removeOnComplete: true });
  response.status(202).json({ ok: true });
});
app.get("/healthz", (_request, response) => {
  response.json({});
});
app.listen(Number(process.env.PORT));

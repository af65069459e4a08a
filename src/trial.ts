/** Started by a worker: tries purchases that were in hand when a worker went down. */
import { serveTrials } from "./app/trial.ts";

await serveTrials();

/** Requests a second and latencies of the receiver, against the bare handler, in one run on one machine. */
import autocannon from "autocannon";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { purchase } from "../test/support/payloads.ts";
import { median, openBench, percentiles, untilUp } from "./fleet.ts";

export interface Throughput {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface ReceiverReport {
  readonly bare: Throughput;
  readonly receiver: Throughput;
  readonly ratio: number;
  readonly p99Ratio: number;
}

const ROUNDS = 3;
const SECONDS = 6;

export async function benchReceiver(): Promise<ReceiverReport> {
  const bench = await openBench({ crm: "salesforce", sandboxPort: 4711, latencyMs: 0, limits: false });
  try {
    bench.start("bench/bare-server.ts", { PORT: "4712" });
    bench.start("src/web.ts", { PORT: "4713" });
    await untilUp("http://127.0.0.1:4712/healthz");
    await untilUp("http://127.0.0.1:4713/healthz");
    const bare: Throughput[] = [];
    const receiver: Throughput[] = [];
    await load("http://127.0.0.1:4712/", 2);
    await load("http://127.0.0.1:4713/notifications/bookings", 2);
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await load("http://127.0.0.1:4712/", SECONDS));
      receiver.push(await load("http://127.0.0.1:4713/notifications/bookings", SECONDS));
    }
    const [floor, ours] = [middle(bare), middle(receiver)];
    return {
      bare: floor,
      receiver: ours,
      ratio: ours.requestsPerSecond / floor.requestsPerSecond,
      p99Ratio: ours.p99 / floor.p99,
    };
  } finally {
    await bench.stop();
  }
}

async function load(url: string, seconds: number): Promise<Throughput> {
  let next = 1;
  const template = JSON.stringify(purchase((body) => (body.id = 1_000_000_000)));
  const times: number[] = [];
  const options: autocannon.Options = {
    url,
    connections: 32,
    duration: seconds,
    requests: [
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: basic(BOOKINGBUG),
        },
        setupRequest(request) {
          next += 1;
          return { ...request, body: template.replace("1000000000", String(1_000_000_000 + next)) };
        },
      },
    ],
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, summary) => (error ? reject(error) : resolve(summary)));
    // Autocannon's own summary has no p95.
    run.on("response", (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
  const [p50, p95, p99] = percentiles(times, [0.5, 0.95, 0.99]);
  return { requestsPerSecond: result.requests.average, p50, p95, p99 };
}

function middle(rounds: readonly Throughput[]): Throughput {
  const of = (key: keyof Throughput): number => median(rounds.map((round) => round[key]));
  return { requestsPerSecond: of("requestsPerSecond"), p50: of("p50"), p95: of("p95"), p99: of("p99") };
}

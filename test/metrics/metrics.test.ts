/** What Prometheus reads. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { prepare } from "../../src/app/base.ts";
import { startMetrics } from "../../src/app/metrics-server.ts";
import { createRounds, NO_COUNTS } from "../../src/drift/round.ts";
import { createDriftStore } from "../../src/drift/store.ts";
import { createHistory } from "../../src/reconcile/history.ts";
import { createSchemaSeen } from "../../src/stats/schema-seen.ts";
import { aDrifted } from "../drift/drifted.ts";
import { aSchemaLook } from "../operate/schema-looks.ts";
import { aWalk } from "../reconcile/walks.ts";
import { ADMIN, basic } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let text = "";

const ask = (headers: Record<string, string> = { authorization: basic(ADMIN) }) =>
  fetch(`${system.url}/metrics`, { headers });

beforeAll(async () => {
  system = await startSystem();
  const { redis, keys } = system;
  const ended = aWalk({
    startedAt: "2026-11-26T02:00:00.000Z",
    inCrms: { hubspot: 8 },
    neverCame: [{ count: 3, why: [] }],
  });
  await createHistory({ redis, keys, retentionDays: 30 }).note(ended);
  const salesforce = { redis, keys, crm: "salesforce", retentionDays: 30 };
  const rounds = createRounds(salesforce);
  const counts = { ...NO_COUNTS, records: 40 };
  const round = { startedAt: "2026-11-26T01:00:00.000Z", again: [], counts, day: "2026-11-26", spent: 2 };
  await rounds.save({ ...round, endedAt: "2026-11-26T02:00:00.000Z" });
  await rounds.begin(round);
  const drift = createDriftStore(salesforce);
  for (const id of ["1", "2"]) await drift.keep(aDrifted({ id, kind: "deleted" }));
  await drift.keep(aDrifted({ id: "3", kind: "merged", into: "4" }));
  await drift.keep(aDrifted({ id: "5", fields: [{ field: "LastName", asks: "hold" }] }));
  await createSchemaSeen({ redis, keys }).note("salesforce", aSchemaLook(), {});
  await system.deliver("bookings", sample("purchase-created"));
  await system.deliver("bookings", { id: "not a purchase" }).catch(() => {});
  await system.deliver(
    "bookings",
    purchase((body) => {
      body.id = 2;
      Object.assign(firstBooking(body), { id: 20, purchase_id: 2, time_zone: "x".repeat(65) });
    }),
  );
  await eventually(async () => {
    text = await (await ask()).text();
    expect(text).toMatch(/^crm_sync_lag_seconds_count\{crm="hubspot"\} 2$/m);
    expect(text).toMatch(/^crm_sync_failures_total\{crm="salesforce",outcome="failed"\} 1$/m);
  });
});
afterAll(() => system.stop());

describe("GET /metrics", () => {
  it("is for whoever has the admin's credentials", async () => {
    expect((await ask({})).status).toBe(401);
    const response = await ask();
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it.each([
    /^crm_sync_notifications_received_total 2$/m,
    /^crm_sync_notifications_quarantined_total 1$/m,
    /^crm_sync_notifications_applied_total\{crm="hubspot"\} 2$/m,
    /^crm_sync_failed_purchases\{crm="salesforce"\} 1$/m,
    /^crm_sync_jobs\{crm="salesforce",state="failed"\} 1$/m,
    /^crm_sync_queue_paused\{crm="salesforce"\} 0$/m,
    /^crm_sync_gate_closed\{crm="hubspot",reason="unauthorised"\} 0$/m,
    /^crm_sync_pending_purchases\{crm="hubspot"\} 0$/m,
    /^crm_sync_crm_calls_total\{crm="salesforce",operation="token",status="200"\} \d+$/m,
    /^crm_sync_crm_call_duration_seconds_bucket\{le="\+Inf",crm="hubspot",operation="[a-z]+"\} \d+$/m,
    /^crm_sync_limit_remaining_calls\{crm="hubspot",window="burst"\} \d+$/m,
    /^crm_sync_limit_calls\{crm="salesforce",window="daily"\} \d+$/m,
    /^crm_sync_reconcile_last_timestamp_seconds 1795658400$/m,
    /^crm_sync_reconcile_last_outcome\{outcome="complete"\} 1$/m,
    /^crm_sync_reconcile_last_outcome\{outcome="broke_off"\} 0$/m,
    /^crm_sync_reconcile_last_bookings\{kind="never_came"\} 3$/m,
    /^crm_sync_reconcile_last_in_crm_bookings\{crm="hubspot"\} 8$/m,
    /^process_resident_memory_bytes\{process="test"\} \d+$/m,
  ])("tells %s", (line) => {
    expect(text).toMatch(line);
  });

  it("tells what people did in a CRM and when a round over it ended, of none without a round [Q15]", () => {
    expect(text.match(/^crm_sync_drift_.*$/gm)?.toSorted()).toEqual([
      'crm_sync_drift_records{crm="salesforce",kind="ask"} 1',
      'crm_sync_drift_records{crm="salesforce",kind="deleted"} 2',
      'crm_sync_drift_records{crm="salesforce",kind="edited"} 1',
      'crm_sync_drift_records{crm="salesforce",kind="merged"} 1',
      'crm_sync_drift_round_ended_timestamp_seconds{crm="salesforce"} 1795658400',
      'crm_sync_drift_round_records{crm="salesforce"} 40',
    ]);
  });

  it("tells how many fields of a CRM do not suit the mappings, and when it was asked [Q16]", () => {
    expect(text.match(/^crm_sync_schema_.*$/gm)).toEqual([
      'crm_sync_schema_issues{crm="salesforce"} 1',
      'crm_sync_schema_looked_at_timestamp_seconds{crm="salesforce"} 1795658400',
    ]);
  });

  it("gives histograms whose buckets add up", () => {
    const buckets = [...text.matchAll(/^crm_sync_lag_seconds_bucket\{le="([^"]+)",crm="hubspot"\} (\d+)$/gm)];
    const counts = buckets.map(([, , count]) => Number(count));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(buckets.at(-1)?.slice(1)).toEqual(["+Inf", "2"]);
  });
});

describe("METRICS_PORT", () => {
  it("tells the same without credentials, in a worker too", async () => {
    const base = await prepare({ ...system.environment, METRICS_PORT: "0" }, "worker");
    const metrics = await startMetrics(base);
    const answer = await (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text();
    expect(answer).toMatch(/^crm_sync_notifications_applied_total\{crm="hubspot"\} 2$/m);
    expect(answer).toMatch(/^process_resident_memory_bytes\{process="worker"\} \d+$/m);
    await metrics.stop();
  });

  it("opens no port where it is not set, and says which variable is wrong where it is taken", async () => {
    const base = await prepare(system.environment, "worker");
    expect((await startMetrics(base)).port).toBeUndefined();
    const taken = { ...system.environment, METRICS_PORT: new URL(system.url).port };
    await expect(startMetrics(await prepare(taken, "worker"))).rejects.toThrow(/is in use.*METRICS_PORT/);
  });
});

describe("the Grafana dashboard", () => {
  const target = z.looseObject({ expr: z.string() });
  const panel = z.looseObject({ title: z.string(), targets: z.array(target).optional() });
  const dashboard = z.looseObject({ panels: z.array(panel) });
  const WORDS = /\b(crm_sync_\w+|process_\w+|nodejs_\w+)\b/g;

  it("asks for metrics that exist, and for each of ours", async () => {
    const file = new URL("../../docs/grafana-dashboard.json", import.meta.url);
    const { panels } = dashboard.parse(JSON.parse(await readFile(file, "utf8")));
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const asked = new Set(queries.flatMap((query) => query.match(WORDS) ?? []));
    const told = new Set([...text.matchAll(/^(\w+)(?:\{| )/gm)].map(([, name]) => name ?? ""));
    expect([...asked].filter((name) => !told.has(name))).toEqual([]);
    const ours = [...text.matchAll(/^# TYPE (crm_sync_\w+)/gm)].map(([, name]) => name ?? "");
    const base = (name: string) => name.replace(/_(bucket|sum|count)$/, "");
    expect(ours.filter((name) => ![...asked].some((one) => one === name || base(one) === name))).toEqual([]);
  });
});

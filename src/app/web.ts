/** The web process: receives notifications, shows the dashboard. */

import { enter } from "../admin/access/enter.ts";
import { type Blocked, signIn } from "../admin/access/sign-in.ts";
import { closeServer, createHttpServer, listen } from "../http/server.ts";
import { createThrottle } from "../http/throttle.ts";
import { createExposition } from "../metrics/exposition.ts";
import { createMetricsRouter } from "../metrics/router.ts";
import { noteAstray, noteRefused } from "../metrics/sender.ts";
import { createBrokenOff } from "../receiver/broken-off.ts";
import { watchBusy } from "../receiver/busy.ts";
import { createReceiptCounter } from "../receiver/count.ts";
import { createRefusals } from "../receiver/refusals.ts";
import { RECEIVER } from "../stats/buckets.ts";
import { type Base, connect, type Running } from "./base.ts";
import { createDashboard } from "./dashboard.ts";
import { watchHeap } from "./heap.ts";
import { createOAuth } from "./oauth.ts";
import { startWatching } from "./observability.ts";
import { createParts, type Parts } from "./parts.ts";
import { createPeople } from "./people.ts";
import { keepPresence } from "./presence.ts";
import { readinessChecks } from "./readiness.ts";
import { createWebApp } from "./web-app.ts";

/** Once for each wait that wrong passwords begin. */
function noteBlocked({ audit }: Parts): (blocked: Blocked) => Promise<unknown> {
  return ({ address, username }) =>
    audit.note({
      who: username ?? "an unknown name",
      from: address,
      what: "sign_in_refused",
      on: {},
      outcome: "refused",
    });
}

export async function startWeb(base: Base): Promise<Running & { readonly port: number }> {
  const { config, log, name } = base;
  const parts = createParts(base, connect(base, "edge"), connect(base, "worker"));
  const { redis, keys, inbox, quarantine, enqueuer, suppression, askQueue, counters } = parts;
  const { production, bookingbug, maxBodyBytes, trustedProxies } = config;
  const throttle = createThrottle(redis, keys, "sign-in");
  const guard = signIn(config.admin, throttle, log, noteBlocked(parts));
  const people = createPeople(base, parts, { throttle, onBlocked: noteBlocked(parts) });
  const onRefused = createRefusals({ note: (refused) => noteRefused(redis, keys, refused), counters, log });
  const [busy, heap] = [watchBusy(), watchHeap()];
  const app = createWebApp({
    isBusy: () => busy.isBusy() || heap.isTight(),
    ...{
      production,
      bookingbug,
      maxBodyBytes,
      trustedProxies,
      inbox,
      quarantine,
      enqueuer,
      suppression,
      askQueue,
      log,
    },
    checks: readinessChecks(base, parts),
    onReceipt: createReceiptCounter(counters),
    onRefused,
    noteAstray: (astray) => noteAstray(redis, keys, astray),
    onAstray: () => counters.count(RECEIVER, "astray"),
    onBrokenOff: createBrokenOff({ counters, log }),
    oauth: createOAuth(base, parts, { onRefused, onBlocked: noteBlocked(parts) }),
    metrics: [guard, createMetricsRouter(createExposition(name, parts, base.losses))],
    admin: createDashboard(base, parts, enter(guard, people, log), people?.page),
  });
  const server = createHttpServer(app);
  const port = await listen(server, { port: config.port, host: config.host, variable: "PORT" });
  const stopWatching = startWatching("web", base, parts);
  const leave = keepPresence(base, parts);
  const unwatch = base.mappings.watch();
  log.info({ port, crms: parts.crms.map(({ crm }) => crm) }, "receiving notifications");

  return {
    port,
    async stop() {
      unwatch();
      await closeServer(server);
      busy.stop();
      heap.stop();
      await enqueuer.flush();
      await stopWatching();
      await leave();
      await parts.close();
    },
  };
}

/**
 * Notifications of BookingBug's whose bodies did not come to their end: cut by a proxy, or sent too slowly. It may not post them
 * again, and whoever looks only at what it was answered sees nothing of them.
 */
import type { ConnectorLog } from "../../connectors/connector.ts";
import { RECEIVER } from "../stats/buckets.ts";
import type { Counters } from "../stats/counters.ts";
import { seldom } from "./seldom.ts";

/** @returns what to call with the path of each; it neither throws nor waits */
export function createBrokenOff(deps: {
  readonly counters: Pick<Counters, "count">;
  readonly log: ConnectorLog;
}): (path: string) => void {
  const { counters, log } = deps;
  const tell = seldom<string>((count, path) =>
    log.warn({ path, count }, "a notification broke off before all of it was here, and is kept nowhere"),
  );
  return (path) => {
    counters.count(RECEIVER, "broken_off");
    tell(path);
  };
}

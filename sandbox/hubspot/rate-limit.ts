/** A rolling window, as HubSpot counts requests. */

export interface RollingWindow {
  admit(): boolean;
  remaining(): number;
}

export function createRollingWindow(limit: number, windowMs: number): RollingWindow {
  let times: number[] = [];
  const current = (): number[] => {
    const since = Date.now() - windowMs;
    times = times.filter((time) => time > since);
    return times;
  };
  return {
    admit() {
      if (limit === Number.POSITIVE_INFINITY) return true;
      if (current().length >= limit) return false;
      times.push(Date.now());
      return true;
    },
    remaining: () => Math.max(0, limit - current().length),
  };
}

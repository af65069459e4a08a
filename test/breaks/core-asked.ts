/** Breaks of asking BookingBug at once what a notification left open. */
import type { Break } from "../../bench/breaks-list.ts";

const OPEN = "src/booking/left-open.ts";

export const breaks: readonly Break[] = [
  {
    name: "what was read back is asked about again",
    file: OPEN,
    from: 'if (route !== "bookings" || notification.saysCancelled) return false;',
    to: "if (notification.saysCancelled) return false;",
    caughtBy: ["test/booking/left-open.test.ts", "was read back|elsewhere than"],
    invariant: "Q10",
  },
];

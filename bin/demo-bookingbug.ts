/** What happens in the sandbox's BookingBug: two customers book, and three changes are made that are never posted. */
import type { DateTime } from "luxon";
import { z } from "zod";
import type { ExpectedAppointment } from "./demo-notifications.ts";

/** What the sandbox's BookingBug accepts. */
export function bookingbugApi(sandbox: string): Record<string, string> {
  return {
    BOOKINGBUG_API_URL: sandbox,
    BOOKINGBUG_API_CLIENT_ID: "bb-client",
    BOOKINGBUG_API_CLIENT_SECRET: "bb-client-secret",
    BOOKINGBUG_API_COMPANY_ID: "37000",
  };
}

export interface SilentStory {
  /** @returns what both CRMs have to hold once it was posted */
  book(): Promise<readonly ExpectedAppointment[]>;
  /** One customer moves, the other cancels, a third books. @returns what both CRMs have to hold once BookingBug was asked */
  changeInSilence(): Promise<readonly ExpectedAppointment[]>;
}

const booked = z.object({ bookingIds: z.tuple([z.number()]) });

/** @param sandbox its URL @param now the bookings are for eight days later */
export function silentStory(sandbox: string, now: DateTime): SilentStory {
  const day = now.toUTC().plus({ days: 8 }).startOf("day");
  const at = (hour: number): Date => day.set({ hour }).toJSDate();
  const ids: number[] = [];

  async function post(what: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${sandbox}/bookingbug/${what}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  }

  async function bookAt(hour: number, first_name: string, last_name: string): Promise<ExpectedAppointment> {
    const answer = await post("book", { start: at(hour).toISOString(), first_name, last_name });
    ids.push(...booked.parse(answer).bookingIds);
    return { status: "booked", start: at(hour) };
  }

  return {
    book: async () => [await bookAt(9, "Ada", "Byron"), await bookAt(10, "Grace", "Hopper")],
    async changeInSilence() {
      await post("callbacks", { callbacks: "off" });
      const [moves, cancels] = ids;
      await post("move", { bookingId: moves, start: at(15).toISOString() });
      await post("cancel", { bookingId: cancels });
      const third = await bookAt(11, "Mary", "Somerville");
      return [
        { status: "rescheduled", start: at(15), movedFrom: at(9) },
        { status: "cancelled", start: at(10) },
        third,
      ];
    },
  };
}

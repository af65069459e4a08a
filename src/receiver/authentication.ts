/** Who may post notifications: whoever sends one of BookingBug's pairs by HTTP Basic. */
import type { RequestHandler } from "express";
import type { Credentials } from "../config/config.ts";
import { basicAuth } from "../http/basic-auth.ts";

/**
 * @param pairs one, or two while they are rotated
 * @param onRefused told the address of each that was not let in
 */
export function authenticateSender(
  pairs: readonly Credentials[],
  onRefused: (address: string) => void,
): RequestHandler {
  return basicAuth("notifications", pairs, async ({ request }) => {
    onRefused(request.ip ?? "");
    return "challenge";
  });
}

/**
 * `moved: new_record`: each time that a booking is planned at has a record of its own, whose external id says which. It follows
 * from what the booking is now, and not from how often it was moved, so that a repetition, a retry and another order make none twice.
 */

const TIME = /@(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z)$/;

/**
 * @param id the booking's, as the mapping's `external_id` says
 * @param start ISO, with any offset
 * @returns `4815@2026-04-01T09:00Z`, to the minute
 */
export function idAt(id: string, start: string): string {
  return `${id}@${new Date(start).toISOString().slice(0, 16)}Z`;
}

/** @returns the time that an external id says, ISO UTC; undefined where it says none */
export function timeIn(externalId: string | undefined): string | undefined {
  return externalId === undefined ? undefined : TIME.exec(externalId)?.[1];
}

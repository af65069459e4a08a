/** How requests are gathered: a collections call takes 200 records ("sObject Collections" in the REST API guide). */
export const LANE = { maxSize: 200, gatherMs: 3, maxInFlight: 2 } as const;

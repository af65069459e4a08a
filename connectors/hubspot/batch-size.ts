/** How requests are gathered: an object batch takes 100 inputs ("Batch" in the CRM API guide). */
export const LANE = { maxSize: 100, gatherMs: 3, maxInFlight: 2 } as const;

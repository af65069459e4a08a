/** Settings count retention in days, Redis in seconds. */
export const DAY_SECONDS = 86_400;

/** Who works in the make-believe org beside the users that somebody puts there. */

/** The integration user, who writes what comes by API. */
export const OUR_USER = { id: "005SB9999999999AAA", name: "Integration User" } as const;
/** Whoever edits by hand, unless somebody is named. */
export const PERSON = { id: "005SB9999999998AAA", name: "Rita Rep" } as const;

export function nameOf(id: string): string | undefined {
  return [OUR_USER, PERSON].find((one) => one.id === id)?.name;
}

/** The CRM's id of a request, by which its support finds it, as it may be logged and shown. */

const FIT = /^[\w.:-]{1,64}$/;

/** @returns the first of what the answer says that looks like an id; CRMs need not give one */
export function requestIdOf(...said: readonly unknown[]): string | undefined {
  return said.find((id): id is string => typeof id === "string" && FIT.test(id));
}

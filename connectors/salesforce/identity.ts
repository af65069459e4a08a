/** Who we are in an org, asked for once. */
import { z } from "zod";
import { CrmError } from "../errors.ts";
import type { SalesforceHttp } from "./http.ts";

/** Undefined where the org does not say. */
export type OurId = () => Promise<string | undefined>;

const resources = z.looseObject({ identity: z.string().max(2_000) });
const USER_ID = /\/(005[a-zA-Z0-9]{12})(?:[a-zA-Z0-9]{3})?\/?$/;

/** "Resources by Version" names our user, at one call. What does not name them is not asked again. */
export function createIdentity(http: SalesforceHttp): OurId {
  let asked: Promise<string | undefined> | undefined;
  async function ask(): Promise<string | undefined> {
    try {
      const { body } = await http.send({ method: "GET", path: "/", operation: "identity" });
      return USER_ID.exec(resources.safeParse(body).data?.identity ?? "")?.[1];
    } catch (error) {
      if (error instanceof CrmError && !error.retry) return undefined;
      asked = undefined;
      throw error;
    }
  }
  return () => {
    asked ??= ask();
    return asked;
  };
}

/** "ID field type": the last 3 of 18 characters only say which of the others are capitals. */
export function isSameUser(id: string | undefined, ourId: string | undefined): boolean | undefined {
  return id === undefined || ourId === undefined ? undefined : id.slice(0, 15) === ourId;
}

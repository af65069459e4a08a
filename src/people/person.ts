/** Somebody who uses the dashboard. */
import type { Role } from "../config/roles.ts";

export interface Person {
  readonly name: string;
  readonly role: Role;
  /** Another one once anything has changed by which they were let in: their password, their role, what gives the roles. */
  readonly stamp: string;
}

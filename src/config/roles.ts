/** What the dashboard's users may do, and how they may be called. */
/** `viewer`: sees everything but personal data, and changes nothing. */
export const ROLES = ["viewer", "operator"] as const;
export type Role = (typeof ROLES)[number];

// An address is a name that an identity provider gives, and a colon ends a name.
export const USER_NAME = /^[\w.-]{1,60}$/;

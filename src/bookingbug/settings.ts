/** How BookingBug's API is reached, as configured. */

/** `client_credentials` covers all companies; an administrator's session, those of one. */
export type SignInSettings =
  | { readonly kind: "client_credentials"; readonly clientId: string; readonly clientSecret: string }
  | {
      readonly kind: "administrator";
      readonly appId: string;
      /** Older versions want one. */
      readonly appKey: string | undefined;
      readonly email: string;
      readonly password: string;
    };

export interface BookingBugSettings {
  /** The host, without `/api/…`. */
  readonly url: string;
  readonly version: "v1" | "v5";
  readonly signIn: SignInSettings;
  readonly companies: readonly [string, ...string[]];
  readonly requestsPerSecond: number;
}

/** Why nobody could be signed in by the provider. */

/**
 * `away`: it does not answer, or not in time. `settings`: it is another one than we were told, or does not take us for its
 * client. `stale`: this way back was not begun in this browser, is too old or was taken before. `denied`: it let nobody in.
 */
export type ProviderErrorKind = "away" | "settings" | "stale" | "denied";

export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly kind: ProviderErrorKind;
  constructor(kind: ProviderErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** A set-up that cannot work. The message says what is wrong and what to do, and is shown as it stands. */
export class SetupError extends Error {
  readonly kind = "setup";
  override readonly name = "SetupError";
}

/** Whoever posts without end fills neither the log nor Redis. */
const TELL_MS = 5_000;

/**
 * @param tell is given how many there were since it was called last, and the newest of them
 * @returns what to call with each
 */
export function seldom<One>(tell: (count: number, newest: One) => void): (one: One) => void {
  let told = 0;
  let untold = 0;
  return (one) => {
    untold += 1;
    const now = Date.now();
    if (now - told < TELL_MS) return;
    const count = untold;
    [told, untold] = [now, 0];
    tell(count, one);
  };
}

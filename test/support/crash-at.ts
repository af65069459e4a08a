/** A process that ends at a step of its own choosing, played in this one. */
export class Crash extends Error {}

/**
 * The n-th of the steps that are wrapped is the last one: before it takes effect where n is odd, after it where it is even.
 *
 * @param stays whether every step after it fails too
 * @returns what wraps a step
 */
export function crashAt(
  n: number,
  stays = false,
): <Args extends unknown[], Result>(step: (...args: Args) => Promise<Result>) => (...args: Args) => Promise<Result> {
  let steps = 0;
  return (step) =>
    async (...args) => {
      steps += 1;
      if ((stays && steps > n) || (steps === n && n % 2 === 1)) throw new Crash();
      const result = await step(...args);
      if (steps === n) throw new Crash();
      return result;
    };
}

/** Commands whose output nobody reads to its end. */

/** Whoever reads may have had enough, as `head` has: the command does its work all the same, and its exit code says how that ended. */
export function goOnUnheard(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

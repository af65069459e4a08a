/** Does something every so often until stopped; the next time counts from the end of the last. */

/** @param onError told of a failure; the next time comes all the same. @returns what ends it */
export function repeat(work: () => Promise<unknown>, everyMs: number, onError: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    await work().catch(onError);
    if (!stopped) timer = setTimeout(() => void run(), everyMs);
  };
  timer = setTimeout(() => void run(), everyMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

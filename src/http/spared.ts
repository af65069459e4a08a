/**
 * Something that costs (a call to a CRM) and that anybody may cause by asking often: done at most once in a while, and
 * everybody who asks meanwhile is told what came of it.
 */
export function spared<T>(everyMs: number, work: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly result: Promise<T> } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.at >= everyMs) last = { at: Date.now(), result: work() };
    return last.result;
  };
}

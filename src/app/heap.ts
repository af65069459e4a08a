/** Whether this process holds nearly as much as its heap may hold, and is to take up less before it dies of it. */
import { constants, PerformanceObserver } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";

/** Of the limit, which has room for what is new besides, what is still held once all that nobody uses was collected. */
const TIGHT = 0.7;
/** Under such pressure V8 collects several times a second; where it does not, there is room again. */
const LASTS_MS = 2_000;

export interface HeapWatch {
  isTight(): boolean;
  stop(): void;
}

export function watchHeap(): HeapWatch {
  let tightAt = Number.NEGATIVE_INFINITY;
  const observer = new PerformanceObserver((collections) => {
    if (!collections.getEntries().some(isMajor)) return;
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    tightAt = used > limit * TIGHT ? performance.now() : Number.NEGATIVE_INFINITY;
  });
  observer.observe({ entryTypes: ["gc"] });
  return { isTight: () => performance.now() - tightAt < LASTS_MS, stop: () => observer.disconnect() };
}

function isMajor(collection: object): boolean {
  const { kind } = "detail" in collection ? (collection.detail as { readonly kind?: number }) : {};
  return kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

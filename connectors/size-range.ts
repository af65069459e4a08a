/** How many records the next call gets, between a size that went through and one that failed. */
export interface SizeRange {
  /** Zero while nothing went through. */
  readonly fits: number;
  readonly tooMany: number;
  /** Share of what fits that is not worth another call that fails. */
  readonly slack: number;
}

const FINE = 0.1;
/** What was found before is looked for anew only where less than half of what failed is known to fit. */
const COARSE = 1;

/** @param learnt an earlier answer to the same question */
export function firstRange(tooMany: number, learnt: number | undefined): SizeRange {
  if (learnt === undefined || learnt >= tooMany) return { fits: 0, tooMany, slack: FINE };
  return { fits: learnt, tooMany, slack: COARSE };
}

/** @returns fewer than failed; half of them while nothing went through, and the middle of the range after that */
export function nextSize({ fits, tooMany, slack }: SizeRange): number {
  const gap = tooMany - fits;
  if (fits === 0) return Math.ceil(gap / 2);
  return gap <= Math.max(1, fits * slack) ? fits : fits + Math.floor(gap / 2);
}

export function wentThrough(range: SizeRange, size: number): SizeRange {
  return size > range.fits ? { ...range, fits: size, slack: FINE } : range;
}

/** A size that went through before speaks for nothing any more once it has failed. */
export function failedAt(range: SizeRange, size: number): SizeRange {
  return size > range.fits ? { ...range, tooMany: size } : { fits: 0, tooMany: size, slack: FINE };
}

/** How many lines a process could not store in the audit trail: nothing that Redis could count. */
export interface Losses {
  add(): void;
  count(): number;
}

export function createLosses(): Losses {
  let lost = 0;
  return {
    add() {
      lost += 1;
    },
    count: () => lost,
  };
}

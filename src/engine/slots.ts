import pLimit from 'p-limit';

/** Places for hosts that work at the same time (`forks`). */
export interface Slots {
  /** Waits for a place; call the answer to give it back. */
  take(): Promise<() => void>;
}

/** As many places as `forks` says. */
export function createSlots(forks: number): Slots {
  const limit = pLimit(forks);
  return {
    take: () =>
      new Promise((taken) => {
        void limit(() => new Promise<void>((giveBack) => taken(giveBack)));
      }),
  };
}

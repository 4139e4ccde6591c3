/** One time limit that is moved on again and again, on a single timer. */
export interface Deadline {
  /** The limit is now this many seconds away; undefined: there is none. */
  set(seconds: number | undefined): void;
}

/** Calls `reached` whenever the limit passes. A limit that moves on costs no new timer. */
export function openDeadline(reached: () => void): Deadline {
  let at: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let fires = 0;

  function arm(): void {
    if (at === undefined) return;
    clearTimeout(timer);
    fires = at;
    // setTimeout takes no more than 2^31 - 1 ms.
    timer = setTimeout(check, Math.min(Math.max(at - performance.now(), 0), 2 ** 31 - 1));
  }

  function check(): void {
    timer = undefined;
    if (at === undefined) return;
    if (performance.now() < at) {
      arm();
      return;
    }
    at = undefined;
    reached();
  }

  return {
    set(seconds) {
      if (seconds === undefined) {
        at = undefined;
        clearTimeout(timer);
        timer = undefined;
        return;
      }
      at = performance.now() + seconds * 1000;
      if (!timer || at < fires) arm();
    },
  };
}

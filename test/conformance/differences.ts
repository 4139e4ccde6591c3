/** A difference from ansible-core that is meant. */
export interface MeantDifference {
  /** Runs that show it: the beginning of their names. */
  runs: string[];
  /** What of the differences found there it explains. */
  found: RegExp;
  what: string;
  why: string;
}

/** All differences that are meant; the suite fails when one of them is not found any more. */
export const MEANT: MeantDifference[] = [];

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
export const MEANT: MeantDifference[] = [
  {
    runs: ['meant/load'],
    found: /./,
    what: 'A handler that is not there is an error before the first task, where ansible-core fails the task that notifies it.',
    why: 'Mistakes that can be found before a host is touched are found then, all at once.',
  },
  {
    runs: ['meant/check'],
    found: /flotte ".* \(unknown\)"/,
    what: 'In check mode a command is `unknown`, with the reason, where ansible-core says skipped.',
    why: 'What a command would change cannot be known without running it, and what depends on it cannot either.',
  },
  {
    runs: ['meant/signal'],
    found: /ended by a signal/,
    what: 'A program that a signal ended has the exit code 128 + n, where ansible-core has -n.',
    why: 'A POSIX shell starts programs on hosts, and it tells no more than that.',
  },
];

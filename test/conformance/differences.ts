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
    runs: ['meant/load', 'vault/closed'],
    found: /./,
    what: 'Unknown handlers, strategies and meta actions, conditions that cannot be read, missing inventories, `-e` without a value and values that no vault password opens end the run at once; ansible-core fails when it comes to them, or passes over them.',
    why: 'Mistakes that can be found before a host is touched are found then, all at once.',
  },
  {
    runs: ['meant/code'],
    found: /^exit code: ansible \d+, flotte 4$/,
    what: 'Every mistake in a file has exit code 4; of some ansible-core says 1, or 250.',
    why: 'Which of them is which follows from where ansible-core happens to notice it.',
  },
  {
    runs: ['roles/nobody'],
    found: /^recap of a|include_role/,
    what: 'A rescue that takes over an include of a role that is not there counts as rescued, not as failed.',
    why: 'It is what happens.',
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
  {
    runs: ['meant/names'],
    found: /<< error 1 - /,
    what: 'The name of a task that cannot be rendered is shown as it is written, and `debug: var=` says that a variable is not defined; ansible-core prints its own mark for an error.',
    why: 'A person should read what the playbook says.',
  },
  {
    runs: ['vault/vaults'],
    found: /\*{8}|"censored"/,
    what: 'What was decrypted is masked wherever it is told; ansible-core shows it, or hides the whole result of `include_vars`.',
    why: 'A secret stays one in every output, and the rest can be read.',
  },
  {
    runs: ['flow/rescued-for-all'],
    found: /./,
    what: 'Hosts that end with another (`any_errors_fatal`) and that a rescue saves take part in the plays that follow; ansible-core leaves them out.',
    why: 'They were rescued; ansible-core notes them as failed by mistake.',
  },
];

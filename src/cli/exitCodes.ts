/** Exit codes, those of ansible-playbook. */
export const exitCodes = {
  ok: 0,
  /** A playbook, an inventory, a flag or a file that the person gave is wrong; nothing was touched. */
  badInput: 1,
  /** A task failed on at least one host. */
  failed: 2,
  /** A host could not be reached. */
  unreachable: 4,
  /** Ctrl-C: the run was ended in order. */
  interrupted: 99,
  /** Ctrl-C again while it was being ended: nothing was waited for (128 + SIGINT, as shells count). */
  killed: 130,
  /** A mistake of ours. */
  unexpected: 250,
} as const;

import { exitCodes } from './exitCodes.ts';
import type { Terminal } from './terminal.ts';

/** What a run needs to be ended by a person. */
export interface Interrupts {
  signal: AbortSignal;
  /** From now on Ctrl-C ends the process as usual. */
  release: () => void;
}

/**
 * The first Ctrl-C ends the run in order: what runs on hosts is ended, and the recap says what was done. The second
 * ends the process at once, after `stop`. `tell` shows a line to the person.
 */
export function watchInterrupts(
  terminal: Terminal,
  tell: (text: string) => void,
  stop: () => void,
): Interrupts {
  const controller = new AbortController();
  const release = terminal.onInterrupt(() => {
    if (controller.signal.aborted) {
      stop();
      terminal.exit(exitCodes.killed);
    }
    controller.abort();
    tell('interrupted: what runs on the hosts is being ended; Ctrl-C again leaves at once');
  });
  return { signal: controller.signal, release };
}

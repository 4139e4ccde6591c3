import { tmpdir } from 'node:os';
import type { Terminal } from '../../../src/cli/terminal.ts';

/** A terminal that is none: keeps what is written, answers no question. */
export interface FakeTerminal extends Terminal {
  written: { stdout: string; stderr: string };
  /** Presses Ctrl-C. */
  interrupt: () => void;
}

export function aTerminal(given: Partial<Terminal> = {}): FakeTerminal {
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    columns: 80,
    write: (text: string) => {
      written[name] += text;
      return true;
    },
  });
  return {
    env: {},
    cwd: tmpdir(),
    home: tmpdir(),
    command: ['flotte'],
    stdin: { isTTY: false } as unknown as NodeJS.ReadStream,
    stdout: stream('stdout') as unknown as NodeJS.WriteStream,
    stderr: stream('stderr') as unknown as NodeJS.WriteStream,
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onCrash: () => () => {},
    exit: (code) => {
      throw new Error(`exit ${code}`);
    },
    written,
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    ...given,
  };
}

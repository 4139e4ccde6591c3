#!/usr/bin/env node
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadBundle } from './bundle.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

const crashListeners = new Set<() => void>();

// Getters, since touching a standard stream opens it.
const terminal: Terminal = {
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  command: [process.execPath, fileURLToPath(import.meta.url)],
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
  onInterrupt(listener) {
    process.on('SIGINT', listener);
    process.on('SIGTERM', listener);
    return () => {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    };
  },
  onCrash(listener) {
    crashListeners.add(listener);
    return () => crashListeners.delete(listener);
  },
  exit: (code) => process.exit(code),
};

function debugWanted(): boolean {
  return Boolean(process.env.FLOTTE_DEBUG) || process.argv.some((argument) => /^-v{4,}$/.test(argument));
}

async function main(argv: string[]): Promise<void> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`flotte ${version()}\n`);
    return;
  }
  const debug = debugWanted();
  // Stacks name files and lines only where each module is loaded by itself.
  const { explainError, runProgram } = (debug ? undefined : loadBundle()) ?? (await import('./whole.ts'));
  const end = (error: unknown): void => {
    const ended = explainError(error, debug);
    process.stderr.write(`${ended.text}\n`);
    process.exitCode = ended.exitCode;
  };
  process.on('uncaughtException', (error) => {
    for (const listener of crashListeners) listener();
    end(error);
    process.exit();
  });
  try {
    process.exitCode = await runProgram(argv, terminal);
  } catch (error) {
    end(error);
  }
}

// `flotte run ... | head` closes our output: what runs on hosts goes on to its end, and the journal has it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

await main(process.argv.slice(2));

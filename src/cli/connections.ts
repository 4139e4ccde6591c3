import { SourceError } from '../lib/sourceError.ts';
import { UnreachableError } from '../remote/connection.ts';
import { printable } from '../report/printable.ts';
import { countHosts } from '../report/recap.ts';
import { createTransport, type Transport } from '../transport/index.ts';
import type { HostTarget } from './targets.ts';
import { canAsk, type Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** The connections of a run; passphrases of keys are asked for where there is a terminal. */
export function openTransport(terminal: Terminal): Transport {
  const { env, home } = terminal;
  if (!canAsk(terminal)) return createTransport({ env, home });
  const ask = async (prompt: string) => {
    const { askSecret } = await import('./questions.ts');
    return askSecret(terminal, prompt);
  };
  return createTransport({ env, home, ask });
}

/**
 * Finds what is wrong with the ways to the hosts before any of them is touched: settings that cannot be used, key
 * files that cannot be read, host keys that nobody has confirmed. The latter are asked for once, all together.
 * Throws UsageError.
 */
export async function checkConnections(
  transport: Transport,
  targets: HostTarget[],
  terminal: Terminal,
): Promise<void> {
  const remote = targets.filter(({ target }) => target.transport !== 'local');
  if (remote.length === 0) return;
  const problems = new Map<string, string[]>();
  // One after the other: a passphrase is asked for once, and later targets find the key open.
  for (const { host, target } of remote) {
    const problem = await transport.check(target);
    if (problem) problems.set(textOf(problem), [...(problems.get(textOf(problem)) ?? []), host]);
  }
  if (problems.size > 0) throw new UsageError([...problems.keys()].join('\n'));
  if (canAsk(terminal)) await confirmHostKeys(transport, remote, terminal);
  for (const warning of await transport.warnings()) terminal.stderr.write(`warning: ${printable(warning)}\n`);
}

function textOf(problem: UnreachableError): string {
  return problem.hint ? `${problem.message}\n${problem.hint}` : problem.message;
}

async function confirmHostKeys(
  transport: Transport,
  targets: HostTarget[],
  terminal: Terminal,
): Promise<void> {
  // A host behind a jump host shows its key only when the jump host's is accepted.
  for (;;) {
    const keys = await transport.scanHostKeys(targets.map(({ target }) => target));
    if (keys.length === 0) return;
    const lines = keys.map((key) => `  ${key.description}  ${key.type}  ${key.fingerprint}`);
    const head = `The keys of ${countHosts(keys.length)} are not in known_hosts:`;
    terminal.stderr.write(`${printable([head, ...lines].join('\n'))}\n`);
    const { askYes } = await import('./questions.ts');
    if (!(await askYes(terminal, 'Are these the right keys? They are added to known_hosts.'))) {
      const hint =
        'Compare the fingerprints with those that the hosts show (ssh-keygen -lf FILE), then run this again.';
      throw new UsageError('the keys were not confirmed; no host was touched', hint);
    }
    await transport.acceptHostKeys(keys);
  }
}

/** What to say where a target's settings make no sense, as bad input. */
export function asBadInput(error: unknown): unknown {
  if (!(error instanceof UnreachableError)) return error;
  return new SourceError(error.message, undefined, error.hint);
}

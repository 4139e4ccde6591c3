import { matchHosts } from '../inventory/patterns.ts';
import { didYouMean } from '../lib/nearest.ts';
import { SourceError, type SourceWarning } from '../lib/sourceError.ts';
import { allTasks } from '../playbook/load.ts';
import type { Play } from '../playbook/model.ts';
import type { Run } from './context.ts';
import type { Prepared } from './prepared.ts';

// What is included is not known before, and may add some.
const ADDS_HOSTS = ['add_host', 'group_by', 'include_role', 'include_tasks'];

/** Plays before which hosts or groups may be added: what their patterns name is known when they begin. */
export function latePlays(plays: readonly Play[]): Set<Play> {
  const first = plays.findIndex((play) =>
    allTasks(play).some((task) => ADDS_HOSTS.includes(task.module.name)),
  );
  return new Set(first === -1 ? [] : plays.slice(first + 1));
}

/** The names in a play's pattern that no host and no group has. Throws SourceError. */
export function mismatches(
  play: Play,
  { inventory, loading }: Pick<Prepared, 'inventory' | 'loading'>,
): SourceWarning[] {
  const { value, place } = play.hosts;
  const written = Array.isArray(value) ? value.map(String).join(',') : String(value ?? '');
  const pattern = loading.template(written, place, play.vars ? [play.vars] : []);
  const { unknown } = matchHosts(inventory, pattern);
  const known = [...inventory.groups.keys(), ...inventory.hosts.keys()];
  return unknown.map((name) => ({
    message: `the pattern "${name}" matches no host and no group`,
    place,
    hint: didYouMean(name.replace(/^[!&]/, ''), known),
  }));
}

/** Judges the pattern of a play that begins; throws SourceError where a name that nobody has is a mistake. */
export function judgeLatePattern(play: Play, run: Run): void {
  const wanted = run.options.patternMismatch;
  if (wanted === 'ignore') return;
  for (const { message, place, hint } of mismatches(play, run)) {
    if (wanted === 'error') throw new SourceError(message, place, hint);
    run.emit({
      type: 'message',
      time: Date.now() / 1000,
      level: 'warning',
      text: message,
      ...(place && { place }),
    });
  }
}

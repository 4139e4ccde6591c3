import { dictEntries, isDict } from '../lib/dict.ts';
import { didYouMean } from '../lib/nearest.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import { lookupNames } from '../variables/lookups/index.ts';
import type { Keyword, Task } from './model.ts';

/** The loop that a task's keywords ask for; `with_...` are taken out of `others`. Throws SourceError. */
export function takeLoop(keywords: Map<string, Keyword>, others: Map<string, Keyword>): Task['loop'] {
  const written: { lookup: string; value: unknown; place: Place }[] = [];
  const plain = keywords.get('loop');
  if (plain) written.push({ lookup: 'loop', ...plain });
  for (const [name, keyword] of others) {
    if (!name.startsWith('with_')) continue;
    others.delete(name);
    written.push({ lookup: name.slice('with_'.length), ...keyword });
  }
  if (written.length > 1) throw new SourceError('a task can have one loop', written[1]!.place);
  const [loop] = written;
  if (loop && loop.lookup !== 'loop') checkLookup(loop);
  const control = keywords.get('loop_control');
  if (control) checkLoopControl(control);
  return loop;
}

function checkLookup({ lookup, place }: { lookup: string; place: Place }): void {
  const name = lookup.slice(lookup.lastIndexOf('.') + 1);
  if (!lookupNames().includes(name))
    throw new SourceError(
      `with_${lookup}: there is no lookup "${lookup}"`,
      place,
      didYouMean(name, lookupNames()),
    );
}

const LOOP_CONTROL = [
  'loop_var',
  'index_var',
  'label',
  'pause',
  'extended',
  'extended_allitems',
  'break_when',
];

function checkLoopControl({ value, place }: Keyword): void {
  if (!isDict(value)) return;
  for (const [name] of dictEntries(value))
    if (!LOOP_CONTROL.includes(String(name)))
      throw new SourceError(
        `"${String(name)}" is not known in loop_control`,
        place,
        didYouMean(String(name), LOOP_CONTROL),
      );
}

import { type TemplateError, UndefinedError } from '../jinja/index.ts';
import { didYouMean } from '../lib/nearest.ts';
import { shownPath } from '../lib/shownPath.ts';
import { formatPlace, type Place } from '../lib/sourceError.ts';
import type { Level } from '../playbook/model.ts';
import { firstError, type Use, usesOf } from '../variables/uses.ts';

/** A task as a chain tells it. */
export interface ChainTask {
  name: string;
  level: Level;
  /** The folder to which paths are shown. */
  cwd: string;
}

/** What led to a template's error, the nearest first: variables, template files, the task and its includes; and the name that was meant. */
export function chainOfError(error: TemplateError, task: ChainTask, names: () => Iterable<string>): string[] {
  const first = firstError(error);
  const isName = first instanceof UndefinedError && first.message === `'${first.name}' is undefined`;
  const hint = isName ? didYouMean(first.name, names()) : undefined;
  return [...chainLines(usesOf(error), task), ...(hint === undefined ? [] : [hint])];
}

/** Lines for what used a value, the nearest first, up to the task and the files that included it. */
export function chainLines(uses: readonly Use[], { name, level, cwd }: ChainTask): string[] {
  const shown = (place: Place): string => formatPlace({ ...place, file: shownPath(place.file, cwd) });
  const includes = includesOf(level).map((place) => `, included from ${shown(place)}`);
  return [
    ...uses.map((use) => `used by ${useText(use, cwd, shown)}`),
    `in the task "${name}" (${shown(level.place)})${includes.join('')}`,
  ];
}

function useText(use: Use, cwd: string, shown: (place: Place) => string): string {
  if (use.kind === 'variable') return use.place ? `${use.name} (${shown(use.place)})` : use.name;
  const line = use.line === undefined ? '' : `:${use.line}`;
  return `the template ${shownPath(use.file, cwd)}${line}`;
}

// Each step up into another file: the include, the import, or the play's or the role's line that names the role.
function includesOf(level: Level): Place[] {
  const places: Place[] = [];
  let { file } = level.place;
  for (let at = level.parent; at; at = at.parent) {
    if (at.place.file === file) continue;
    places.push(at.place);
    file = at.place.file;
  }
  return places;
}

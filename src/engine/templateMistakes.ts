import { compileExpression, compileTemplate, findNamed, TemplateSyntaxError } from '../jinja/index.ts';
import { didYouMean } from '../lib/nearest.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import { expectsFailure, isConditional } from '../playbook/expectedFailure.ts';
import type { Task } from '../playbook/model.ts';
import { findLookup, lookupNames } from '../variables/lookups/index.ts';
import { describeTemplateError, hasTemplateMark, type Templating } from '../variables/templating.ts';
import { textsOf } from './undefinedNames.ts';

/** Mistakes in the language of a task's templates and conditions: syntax, filters and tests that are not there. */
export function templateMistakes(task: Task, templating: Templating): SourceError[] {
  const problems: SourceError[] = [];
  // Where the task may never run, or shall fail, it is told when its turn has come.
  const reckoned = expectsFailure(task) || isConditional(task);
  if (task.loop && !reckoned) problems.push(...missingLoop(task.loop));
  for (const { text, place, bare } of textsOf(task)) {
    const at = { filename: place.file, line: place.line, column: place.column };
    try {
      const kind = hasTemplateMark(text) ? 'template' : bare ? 'expression' : undefined;
      if (kind === undefined) continue;
      if (kind === 'template') compileTemplate(templating.environment, text, at);
      else compileExpression(templating.environment, text, at);
      if (!reckoned) problems.push(...missingLookups(text, kind, place, templating));
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error;
      const told = describeTemplateError(error);
      problems.push(
        new SourceError(told.message, told.place ?? place, nearestFilter(told.message, templating)),
      );
    }
  }
  return problems;
}

function missingLoop({ lookup, place }: NonNullable<Task['loop']>): SourceError[] {
  return lookup === 'loop' ? [] : missingLookup(lookup, place);
}

function missingLookup(name: string, place: Place): SourceError[] {
  if (findLookup(name)) return [];
  const hint = didYouMean(name, lookupNames()) ?? 'Lookups written in Python do not run here.';
  return [new SourceError(`there is no lookup "${name}"`, place, hint)];
}

const LOOKUPS = new Set(['lookup', 'query', 'q']);

function missingLookups(
  text: string,
  kind: 'template' | 'expression',
  place: Place,
  { environment }: Templating,
): SourceError[] {
  if (!/\b(?:lookup|query|q)\s*\(/.test(text)) return [];
  const at = { filename: place.file, line: place.line, column: place.column };
  return findNamed(environment, text, kind, at).flatMap(({ name, argument, line, column }) => {
    if (!LOOKUPS.has(name) || argument === undefined) return [];
    return missingLookup(argument, { file: place.file, line, column });
  });
}

function nearestFilter(message: string, { environment }: Templating): string | undefined {
  const unknown = /No (filter|test) named '([^']+)'/.exec(message);
  if (!unknown) return undefined;
  const known = unknown[1] === 'filter' ? environment.filters : environment.tests;
  return didYouMean(unknown[2]!, known.keys());
}

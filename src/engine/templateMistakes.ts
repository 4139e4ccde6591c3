import { compileExpression, compileTemplate, TemplateSyntaxError } from '../jinja/index.ts';
import { didYouMean } from '../lib/nearest.ts';
import { SourceError } from '../lib/sourceError.ts';
import type { Task } from '../playbook/model.ts';
import { describeTemplateError, hasTemplateMark, type Templating } from '../variables/templating.ts';
import { textsOf } from './undefinedNames.ts';

/** Mistakes in the language of a task's templates and conditions: syntax, filters and tests that are not there. */
export function templateMistakes(task: Task, templating: Templating): SourceError[] {
  const problems: SourceError[] = [];
  for (const { text, place, bare } of textsOf(task)) {
    const at = { filename: place.file, line: place.line, column: place.column };
    try {
      if (hasTemplateMark(text)) compileTemplate(templating.environment, text, at);
      else if (bare) compileExpression(templating.environment, text, at);
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

function nearestFilter(message: string, { environment }: Templating): string | undefined {
  const unknown = /No (filter|test) named '([^']+)'/.exec(message);
  if (!unknown) return undefined;
  const known = unknown[1] === 'filter' ? environment.filters : environment.tests;
  return didYouMean(unknown[2]!, known.keys());
}

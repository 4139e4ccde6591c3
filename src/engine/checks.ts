import { didYouMean } from '../lib/nearest.ts';
import { SourceError } from '../lib/sourceError.ts';
import { expectsFailure } from '../playbook/expectedFailure.ts';
import { allTasks } from '../playbook/load.ts';
import { collected, type Play, type Task } from '../playbook/model.ts';
import { createTransport } from '../transport/index.ts';
import { hasTemplateMark } from '../variables/templating.ts';
import { handlersNamed } from './handlers.ts';
import { isErrorWithoutHandler, missingHandler } from './missingHandler.ts';
import { newRun } from './newRun.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { latePlays, mismatches } from './patternMismatch.ts';
import { newBatch, orderedHosts } from './play.ts';
import type { Prepared } from './prepared.ts';
import { strategyOf } from './strategy.ts';
import { missingSources, taskMistakes } from './taskMistakes.ts';
import { templateMistakes } from './templateMistakes.ts';
import { undefinedNames } from './undefinedNames.ts';

/** Mistakes that can be told before any host is touched: patterns, handlers, files of the control side, keywords. */
export function checkPlays(prepared: Prepared): SourceError[] {
  const problems: SourceError[] = [];
  const late = latePlays(prepared.plays);
  const handlersNeeded = isErrorWithoutHandler(prepared.templating);
  for (const play of prepared.plays) {
    problems.push(...checkHosts(play, late, prepared), ...checkStrategy(play, prepared));
    for (const task of allTasks(play)) {
      if (handlersNeeded) problems.push(...checkHandlers(task, play));
      const mistakes = templateMistakes(task, prepared.templating);
      if (expectsFailure(task)) prepared.warnings.push(...mistakes);
      else problems.push(...mistakes);
    }
  }
  const tasks = prepared.plays.flatMap(allTasks);
  for (const told of [taskMistakes(tasks), missingSources(tasks)]) {
    problems.push(...told.problems);
    prepared.warnings.push(...told.warnings);
  }
  if (problems.length > 0) return problems;
  return checkNames(prepared);
}

// Looks up names in scopes as a run would have them, without any host.
function checkNames(prepared: Prepared): SourceError[] {
  const run = newRun(prepared, DEFAULT_OPTIONS, createTransport({}), () => {});
  const everyTask = prepared.plays.flatMap(allTasks);
  return prepared.plays.flatMap((play) => {
    const hosts = orderedHosts(run, play, prepared.limit);
    return undefinedNames(play, newBatch(run, play, hosts, hosts), everyTask);
  });
}

function checkStrategy(play: Play, prepared: Prepared): SourceError[] {
  try {
    strategyOf(play, prepared.loading);
    return [];
  } catch (error) {
    if (error instanceof SourceError) return [error];
    throw error;
  }
}

function checkHosts(play: Play, late: ReadonlySet<Play>, prepared: Prepared): SourceError[] {
  const { value, place } = play.hosts;
  const written = Array.isArray(value) ? value.map(String).join(',') : String(value ?? '');
  if (written.trim() === '')
    return [
      new SourceError(
        'Hosts list cannot be empty. Please check your playbook',
        place,
        'Say on which hosts the play runs: "hosts: all".',
      ),
    ];
  try {
    if (!late.has(play)) prepared.warnings.push(...mismatches(play, prepared));
    return [];
  } catch (error) {
    if (error instanceof SourceError)
      return [error.place ? error : new SourceError(error.message, place, error.hint)];
    throw error;
  }
}

const DYNAMIC_HANDLERS = ['include_role', 'include_tasks'];

function checkHandlers(task: Task, play: Play): SourceError[] {
  const problems: SourceError[] = [];
  const dynamic = allTasks(play).some((each) => DYNAMIC_HANDLERS.includes(each.module.name));
  if (!dynamic) {
    for (const { value, place } of collected(task, 'notify')) {
      for (const name of [value].flat().map(String)) {
        if (hasTemplateMark(name) || handlersNamed(play, name).length > 0) continue;
        const known = play.handlers.flatMap((handler) => [handler.name ?? '', ...handler.listen]);
        if (known.some(hasTemplateMark)) continue;
        problems.push(
          new SourceError(
            missingHandler(name),
            place,
            didYouMean(name, known) ?? 'Handlers are notified by their name or by what they listen to.',
          ),
        );
      }
    }
  }
  return problems;
}

import { SourceError, type SourceWarning } from '../lib/sourceError.ts';
import { TaskFailure } from '../module/plan.ts';
import { expectsFailure, isConditional } from '../playbook/expectedFailure.ts';
import { inherited, type Task } from '../playbook/model.ts';
import { hasTemplateMark } from '../variables/templating.ts';
import { findControlFile } from './control.ts';

/** Mistakes of a playbook, and what is only worth a warning. */
export interface Told {
  problems: SourceError[];
  warnings: SourceWarning[];
}

// Hands its parameters on to the package manager that it finds: under a condition they may be those of another one.
const OTHER_SYSTEMS = ['package'];

/**
 * Tasks that can only fail when their turn comes, by their text alone: an error unless the playbook reckons with it, or
 * it is of another system's modules and the task may not come to run at all.
 */
export function taskMistakes(tasks: Task[]): Told {
  const told: Told = { problems: [], warnings: [] };
  for (const task of tasks) {
    if (!task.mistake) continue;
    const { name, collection } = task.module;
    const isElsewhere = collection === '' || OTHER_SYSTEMS.includes(name);
    const excused = expectsFailure(task) || (isElsewhere && isConditional(task));
    (excused ? told.warnings : told.problems).push(task.mistake);
  }
  return told;
}

/** Files of the control side that tasks, all of a run in their order, want and that are not there. */
export function missingSources(tasks: Task[]): Told {
  const told: Told = { problems: [], warnings: [] };
  let filesCome = false;
  for (const task of tasks) {
    const missing = missingSource(task);
    const excused = filesCome || expectsFailure(task) || isConditional(task);
    if (missing) (excused ? told.warnings : told.problems).push(missing);
    filesCome ||= mayWriteControlFiles(task);
  }
  return told;
}

const CONTROL_FILES: Record<string, 'files' | 'templates'> = {
  copy: 'files',
  template: 'templates',
  script: 'files',
};

// A file of the control side that is not there would fail on every host.
function missingSource(task: Task): SourceError | undefined {
  const kind = CONTROL_FILES[task.module.name];
  const { src } = task.args;
  if (!kind || task.loop || typeof src !== 'string' || hasTemplateMark(src)) return undefined;
  const remote = task.args.remote_src;
  if (remote !== undefined && remote !== false && remote !== 'no') return undefined;
  try {
    findControlFile(src, kind, task);
    return undefined;
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error;
    return new SourceError(error.message, task.place);
  }
}

// Tasks may work on the control side itself, and what they write can be what a later task copies.
function mayWriteControlFiles(task: Task): boolean {
  return (
    task.module.name === 'fetch' ||
    inherited(task, 'delegate_to') !== undefined ||
    inherited(task, 'connection') !== undefined
  );
}

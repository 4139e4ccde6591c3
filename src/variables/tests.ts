import {
  define,
  dictGet,
  type Environment,
  isDict,
  isTruthy,
  MISSING,
  TemplateRuntimeError,
  toText,
} from '../jinja/index.ts';

/** Adds Ansible's tests to an environment: those of task results (`is changed`) and of plain values. */
export function registerTests(environment: Environment): void {
  const { tests } = environment;
  const ofResult = (names: string[], holds: (field: (name: string) => boolean) => boolean): void => {
    for (const name of names) {
      tests.set(
        name,
        define(['result'], (result) => holds(fieldOf(result, name))),
      );
    }
  };
  ofResult(['changed', 'change'], (has) => has('changed') || (!has('$known:changed') && has('$any:changed')));
  ofResult(['failed', 'failure'], (has) => has('failed'));
  ofResult(['succeeded', 'success', 'successful'], (has) => !has('failed'));
  ofResult(['skipped', 'skip'], (has) => has('skipped'));
  ofResult(['reachable'], (has) => !has('unreachable'));
  ofResult(['unreachable'], (has) => has('unreachable'));
  ofResult(['started'], (has) => has('started'));
  ofResult(['finished'], (has) => has('finished'));
}

// `$known:x` asks whether the field is there, `$any:x` whether it holds for any of a loop's results.
function fieldOf(result: unknown, test: string): (name: string) => boolean {
  if (!isDict(result)) {
    throw new TemplateRuntimeError(
      `The '${test}' test expects a dictionary, which is what a task registers; this is ${toText(result)}`,
      'TypeError',
    );
  }
  return (name) => {
    const [mark, field] = name.startsWith('$') ? name.split(':') : ['', name];
    const value = dictGet(result, field!);
    if (mark === '$known') return value !== MISSING;
    if (mark !== '$any') return value !== MISSING && isTruthy(value);
    const items = dictGet(result, 'results');
    return Array.isArray(items) && items.some((item) => isDict(item) && isTruthyField(item, field!));
  };
}

function isTruthyField(item: Parameters<typeof dictGet>[0], field: string): boolean {
  const value = dictGet(item, field);
  return value !== MISSING && isTruthy(value);
}

import {
  type Callable,
  compare,
  createEnvironment,
  type Dict,
  define,
  defineWithContext,
  dictEntries,
  dictFrom,
  dictGet,
  type Environment,
  type EnvironmentOptions,
  isDict,
  isTruthy,
  MISSING,
  requireDefined,
  TemplateRuntimeError,
  toText,
  Undefined,
} from '../../../src/jinja/index.ts';

/** What cases.json counts on besides Jinja2's own filters, tests and globals. */
export function caseEnvironment(options: EnvironmentOptions = {}): Environment {
  const environment = createEnvironment({ trimBlocks: true, ...options });
  for (const [name, filter] of Object.entries(caseFilters)) environment.filters.set(name, filter);
  for (const [name, test] of Object.entries(caseTests)) environment.tests.set(name, test);
  environment.globals.set('lookup', defineWithContext(['name', '*terms', '**options'], lookup));
  environment.globals.set(
    'q',
    defineWithContext(['name', '*terms', '**options'], (context, name, terms, options) =>
      [lookup(context, name, terms, options)].flat(),
    ),
  );
  environment.globals.set(
    'undef',
    define([], () => new Undefined('undef')),
  );
  return environment;
}

function lookup(_context: unknown, name: unknown, terms: unknown, options: unknown): unknown {
  const values = terms as unknown[];
  if (name === 'env') return `ENV:${values.map(toText).join(',')}`;
  if (name === 'dict') {
    return dictEntries(values[0] as Dict).map(([key, value]) => dictFrom(Object.entries({ key, value })));
  }
  if (name === 'nothing') return (options as Record<string, unknown>).default;
  throw new TemplateRuntimeError(`lookup plugin (${toText(name)}) not found`);
}

function combine(target: Dict, other: Dict, recursive: boolean): Dict {
  const result = new Map(dictEntries(target));
  for (const [key, value] of dictEntries(other)) {
    const own = result.get(key);
    result.set(key, recursive && isDict(own) && isDict(value) ? combine(own, value, true) : value);
  }
  return result;
}

const caseFilters: Record<string, Callable> = {
  shout: define(
    ['s', ['mark', '!'], ['times', 1]],
    (s, mark, times) => toText(s).toUpperCase() + toText(mark).repeat(Number(times)),
  ),
  combine: define(['value', '*others', '**options'], (value, others, options) =>
    (others as Dict[]).reduce(
      (target, other) =>
        combine(target, other, isTruthy((options as { recursive?: boolean }).recursive ?? false)),
      value as Dict,
    ),
  ),
  mandatory: define(['value'], (value) => {
    if (value instanceof Undefined)
      throw new TemplateRuntimeError(`Mandatory variable '${value.name}' not defined.`);
    return value;
  }),
  bool: define(['value'], (value) => {
    requireDefined(value);
    return ['yes', 'on', '1', 'true'].includes(toText(value).toLowerCase());
  }),
  dict2items: define(['value'], (value) =>
    dictEntries(value as Dict).map(([key, item]) => dictFrom(Object.entries({ key, value: item }))),
  ),
  items2dict: define(['value'], (value) =>
    dictFrom((value as Dict[]).map((item) => [dictGet(item, 'key'), dictGet(item, 'value')] as const)),
  ),
  extract: defineWithContext(['key', 'container', ['more', null]], (context, key, container, more) => {
    const value = context.item(container, key);
    return more === null ? value : context.item(value, more);
  }),
  ternary: define(['value', 'a', 'b'], (value, a, b) => (isTruthy(value) ? a : b)),
};

function compareVersions(a: unknown, b: unknown, operator: unknown): boolean {
  const parts = (version: unknown) => toText(version).split('.').map(Number);
  const order = compare(parts(a), parts(b));
  if (operator === '>=') return order >= 0;
  if (operator === '<') return order < 0;
  throw new TemplateRuntimeError(`unknown operator ${toText(operator)}`);
}

const caseTests: Record<string, Callable> = {
  version: define(['value', 'other', 'operator'], compareVersions),
  match: define(['value', 'pattern'], (value, pattern) =>
    new RegExp(`^(?:${toText(pattern)})`).test(toText(value)),
  ),
  success: define(['result'], (result) => !isTruthy(flag(result, 'failed'))),
  failed: define(['result'], (result) => isTruthy(flag(result, 'failed'))),
};

function flag(result: unknown, name: string): unknown {
  const value = dictGet(result as Dict, name);
  return value === MISSING ? false : value;
}

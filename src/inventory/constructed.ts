import { isTruthy, typeName } from '../jinja/compare.ts';
import { toText } from '../jinja/text.ts';
import { requireDefined } from '../jinja/undefined.ts';
import { type Dict, dictEntries, dictGet, dictHas, isDict } from '../lib/dict.ts';
import { placeOf, placeOfValue } from '../lib/places.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import { addChild, addGroup, joinGroup } from './inventory.ts';
import { groupLayers, hostLayers } from './layers.ts';
import { magicHostVariables } from './magic.ts';
import { groupsOf } from './membership.ts';
import type { Host, Inventory, VariableLayer } from './model.ts';

/**
 * How the expressions of constructed groups are evaluated. `layers` are the host's variables, the weakest first.
 * Each throws where the text cannot be evaluated; an undefined value of the template language counts as that too.
 */
export interface Constructing {
  /** The value of a bare expression. */
  expression(text: string, layers: readonly VariableLayer[]): unknown;
  /** Whether a condition as in `when` holds. */
  condition(raw: unknown, layers: readonly VariableLayer[]): boolean;
  /** A text with its templates rendered. */
  template(text: string, layers: readonly VariableLayer[]): unknown;
  /** Variables of the command line, for `use_extra_vars`. */
  extraVariables?: Dict;
  /** What is remembered of the host's facts. */
  factsOf?(host: string): Dict | undefined;
}

interface Configuration {
  data: Dict;
  file: string;
  strict: boolean;
  constructing: Constructing;
}

/**
 * Adds the variables (`compose`) and groups (`groups`, `keyed_groups`) that a source with `plugin: constructed`
 * works out for each host that earlier sources gave. With `strict`, what cannot be evaluated is an error;
 * otherwise the host goes without it. Throws SourceError.
 */
export function readConstructed(
  inventory: Inventory,
  data: Dict,
  file: string,
  constructing: Constructing,
): void {
  const configuration = { data, file, strict: isTruthy(dictGet(data, 'strict') ?? false), constructing };
  for (const host of inventory.hosts.values()) {
    compose(configuration, inventory, host);
    const layers = variablesOf(configuration, inventory, host);
    addConditionalGroups(configuration, inventory, host, layers);
    addKeyedGroups(configuration, inventory, host, layers);
  }
}

function variablesOf(
  { data, file, constructing }: Configuration,
  inventory: Inventory,
  host: Host,
): VariableLayer[] {
  const withFiles = isTruthy(dictGet(data, 'use_vars_plugins') ?? false);
  const groups = withFiles
    ? groupLayers(inventory, host, [])
    : groupsOf(inventory, host).flatMap((group) => group.layers);
  const own = withFiles ? hostLayers(inventory, host, []) : host.layers;
  const facts = constructing.factsOf?.(host.name);
  const layers = [
    ...groups,
    ...own,
    { values: { ...magicHostVariables(inventory, host) }, origin: file, trusted: false },
  ];
  if (facts) layers.push({ values: facts, origin: 'facts', trusted: false });
  return layers;
}

// What cannot be evaluated is left out, or an error where the source says `strict`.
function attempt<T>(
  configuration: Configuration,
  what: string,
  place: Place | undefined,
  evaluate: () => T,
): T | undefined {
  try {
    const value = evaluate();
    requireDefined(value);
    return value;
  } catch (error) {
    if (!configuration.strict) return undefined;
    const hint = 'Without "strict: true" such a host is left out.';
    throw new SourceError(`${what} cannot be worked out: ${(error as Error).message}`, place, hint);
  }
}

function withExtra(configuration: Configuration, layers: VariableLayer[]): VariableLayer[] {
  const { data, constructing } = configuration;
  if (!constructing.extraVariables || !isTruthy(dictGet(data, 'use_extra_vars') ?? false)) return layers;
  return [...layers, { values: constructing.extraVariables, origin: 'the command line', trusted: true }];
}

function compose(configuration: Configuration, inventory: Inventory, host: Host): void {
  const { data, file, constructing } = configuration;
  const written = dictGet(data, 'compose');
  if (!isDict(written)) return;
  const layers = withExtra(configuration, variablesOf(configuration, inventory, host));
  const values: Record<string, unknown> = {};
  for (const [name, expression] of dictEntries(written)) {
    const what = `the variable ${String(name)} of ${host.name}`;
    const value = attempt(configuration, what, placeOfValue(written, name), () =>
      constructing.expression(expressionText(expression), layers),
    );
    if (value !== undefined) values[String(name)] = value;
  }
  if (Object.keys(values).length > 0) host.layers.push({ values, origin: file, trusted: false });
}

function expressionText(expression: unknown): string {
  return typeof expression === 'string' ? expression : toText(expression);
}

function addConditionalGroups(
  configuration: Configuration,
  inventory: Inventory,
  host: Host,
  layers: VariableLayer[],
): void {
  const written = dictGet(configuration.data, 'groups');
  if (!isDict(written)) return;
  for (const [name, condition] of dictEntries(written)) {
    const what = `whether ${host.name} is in the group ${String(name)}`;
    const holds = attempt(configuration, what, placeOfValue(written, name), () =>
      configuration.constructing.condition(condition, layers),
    );
    if (holds) joinGroup(inventory, host, addGroup(inventory, safeGroupName(String(name))));
  }
}

/** A group's name with all that a variable's name may not have replaced by `_`. */
function safeGroupName(name: string): string {
  return name.replace(/^[^\p{L}_]|[^\p{L}\p{N}_]/gu, '_');
}

function addKeyedGroups(
  configuration: Configuration,
  inventory: Inventory,
  host: Host,
  layers: VariableLayer[],
): void {
  const written = dictGet(configuration.data, 'keyed_groups');
  if (!Array.isArray(written)) return;
  written.forEach((keyed: unknown, index) => {
    if (!isDict(keyed)) {
      throw new SourceError(
        'an item of keyed_groups has to be a map with a "key"',
        placeOfValue(written, index),
      );
    }
    addKeyed(configuration, inventory, host, withExtra(configuration, layers), keyed);
  });
}

function addKeyed(
  configuration: Configuration,
  inventory: Inventory,
  host: Host,
  layers: VariableLayer[],
  keyed: Dict,
): void {
  const place = placeOfValue(keyed, 'key');
  if (dictGet(keyed, 'default_value') !== undefined && dictGet(keyed, 'trailing_separator') !== undefined) {
    throw new SourceError('default_value and trailing_separator exclude each other', placeOf(keyed));
  }
  const what = `the group of ${host.name}`;
  const key = attempt(configuration, what, place, () =>
    configuration.constructing.expression(expressionText(dictGet(keyed, 'key')), layers),
  );
  if (key === undefined) return;
  const names = keyedNames(configuration, keyed, key, place);
  const parent = parentName(configuration, keyed, layers);
  for (const name of names) {
    const group = addGroup(inventory, safeGroupName(name), place);
    joinGroup(inventory, host, group);
    if (parent) addChild(inventory, addGroup(inventory, safeGroupName(parent)), group, place);
  }
}

function parentName(configuration: Configuration, keyed: Dict, layers: VariableLayer[]): string | undefined {
  const written = dictGet(keyed, 'parent_group');
  if (typeof written !== 'string') return undefined;
  const place = placeOfValue(keyed, 'parent_group');
  const name = attempt(configuration, 'the parent group', place, () =>
    configuration.constructing.template(written, layers),
  );
  return name === undefined || name === null ? undefined : toText(name);
}

// An empty value gets the name that default_value says.
function keyedNames(
  configuration: Configuration,
  keyed: Dict,
  key: unknown,
  place: Place | undefined,
): string[] {
  const prefix = toText(dictGet(keyed, 'prefix') ?? '');
  const separator = toText(dictGet(keyed, 'separator') ?? '_');
  const leading = dictGet(configuration.data, 'leading_separator') !== false || prefix !== '';
  return bareNames(configuration, keyed, key, separator, place).map(
    (name) => `${prefix}${leading ? separator : ''}${name}`,
  );
}

function bareNames(
  configuration: Configuration,
  keyed: Dict,
  key: unknown,
  separator: string,
  place: Place | undefined,
): string[] {
  const fallback = dictGet(keyed, 'default_value') ?? undefined;
  const isEmpty = (value: unknown) => value === null || value === '';
  const filled = (value: unknown) => toText(isEmpty(value) && fallback !== undefined ? fallback : value);
  if (isEmpty(key) && fallback !== undefined) return [toText(fallback)];
  if (typeof key === 'string' && key !== '') return [key];
  if (Array.isArray(key)) return key.map(filled);
  if (isDict(key)) {
    const bare = dictGet(keyed, 'trailing_separator') === false;
    return [...dictEntries(key)].map(([name, value]) =>
      bare && isEmpty(value) ? toText(name) : `${toText(name)}${separator}${filled(value)}`,
    );
  }
  if (!isTruthy(key) && !configuration.strict) return [];
  throw new SourceError(
    `the key of a group has to be a text, a list or a map, and is ${typeName(key)} ${toText(key)}`,
    place,
    dictHas(keyed, 'default_value') ? undefined : 'Name the group of an empty value with default_value.',
  );
}

import {
  type CallContext,
  type Dict,
  define,
  defineWithContext,
  dictEntries,
  dictFrom,
  dictGet,
  dictHas,
  dictSet,
  isDict,
  isList,
  isTruthy,
  MISSING,
  TemplateRuntimeError,
  toRepr,
  toText,
  tuple,
  typeError,
  typeName,
} from '../../jinja/index.ts';
import { combine } from './combine.ts';
import type { Callables } from './register.ts';
import { isSequence, membersOf, requireDict, requireList } from './values.ts';

function toItems(dict: unknown, keyName: unknown, valueName: unknown): unknown[] {
  return dictEntries(requireDict(dict, 'dict2items requires a dictionary')).map(
    ([key, value]) =>
      new Map([
        [keyName, key],
        [valueName, value],
      ]),
  );
}

function fromItems(list: unknown, keyName: unknown, valueName: unknown): unknown {
  const entries = requireList(list, 'items2dict requires a list').map((item): [unknown, unknown] => {
    if (!isDict(item))
      throw typeError(`items2dict requires a list of dictionaries, and one of it is ${toRepr(item)}`);
    if (!dictHas(item, keyName) || !dictHas(item, valueName)) throw lacksKeys(item, keyName, valueName);
    return [dictGet(item, keyName), dictGet(item, valueName)];
  });
  return dictFrom(entries);
}

function lacksKeys(item: Dict, keyName: unknown, valueName: unknown): TemplateRuntimeError {
  const keys = `${toRepr(keyName)} and ${toRepr(valueName)}`;
  return typeError(
    `items2dict requires each dictionary in the list to contain the keys ${keys}, got ${toRepr(item)} instead`,
  );
}

function subelements(source: unknown, path: unknown, skipMissing: boolean): unknown[] {
  if (!isDict(source) && !isList(source)) throw typeError('obj must be a list of dicts or a nested dict');
  const elements = isDict(source) ? dictEntries(source).map(([, value]) => value) : source;
  if (!isList(path) && typeof path !== 'string') throw typeError('subelements must be a list or a string');
  const keys = isList(path) ? path : path.split('.');
  return elements.flatMap((element) =>
    innerList(element, keys, skipMissing).map((inner) => tuple(element, inner)),
  );
}

function innerList(element: unknown, keys: readonly unknown[], skipMissing: boolean): readonly unknown[] {
  let value = element;
  for (const key of keys) {
    if (!isDict(value))
      throw typeError(`the key ${toText(key)} should point to a dictionary, got ${toRepr(value)}`);
    if (!dictHas(value, key)) {
      if (skipMissing) return [];
      throw new TemplateRuntimeError(
        `could not find ${toRepr(key)} key in iterated item ${toRepr(value)}`,
        'KeyError',
      );
    }
    value = dictGet(value, key);
  }
  if (!isList(value))
    throw typeError(`the key ${toRepr(keys.at(-1))} should point to a list, got ${toRepr(value)}`);
  return value;
}

function extract(context: CallContext, key: unknown, container: unknown, more: unknown): unknown {
  const keys = more === null ? [key] : [key, ...(isList(more) ? more : [more])];
  return keys.reduce((value, each) => context.item(value, each), container);
}

function rekeyOnMember(data: unknown, key: unknown, duplicates: unknown): unknown {
  if (duplicates !== 'error' && duplicates !== 'overwrite') {
    throw new TemplateRuntimeError(
      `duplicates parameter to rekey_on_member has unknown value: ${toText(duplicates)}`,
      'ValueError',
    );
  }
  if (!isDict(data) && !isSequence(data)) throw typeError('Type is not a valid list, set, or dict');
  const items = isDict(data) ? dictEntries(data).map(([, value]) => value) : membersOf(data);
  const rekeyed = new Map<unknown, unknown>();
  for (const item of items) {
    if (!isDict(item)) throw typeError(`List item is not a valid dict, but ${typeName(item)}`);
    const member = dictGet(item, key);
    if (member === MISSING) throw new TemplateRuntimeError(`Key ${toRepr(key)} was not found.`, 'KeyError');
    if (duplicates === 'error' && dictHas(rekeyed, member)) {
      throw new TemplateRuntimeError(
        `Key ${toRepr(member)} is not unique, cannot correctly turn into dict`,
        'ValueError',
      );
    }
    dictSet(rekeyed, member, item);
  }
  return rekeyed;
}

/** Filters on dicts and what holds them. */
export const dataFilters: Callables = {
  combine,
  dict2items: define(['mydict', ['key_name', 'key'], ['value_name', 'value']], toItems),
  items2dict: define(['mylist', ['key_name', 'key'], ['value_name', 'value']], fromItems),
  subelements: define(['obj', 'subelements', ['skip_missing', false]], (source, path, skipMissing) =>
    subelements(source, path, isTruthy(skipMissing)),
  ),
  extract: defineWithContext(['item', 'container', ['morekeys', null]], extract),
  rekey_on_member: define(['data', 'key', ['duplicates', 'error']], rekeyOnMember),
};

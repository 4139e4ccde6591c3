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
  return dictEntries(requireDict(dict)).map(
    ([key, value]) =>
      new Map([
        [keyName, key],
        [valueName, value],
      ]),
  );
}

function fromItems(list: unknown, keyName: unknown, valueName: unknown): unknown {
  const entries = requireList(list).map((item): [unknown, unknown] => {
    if (!isDict(item)) throw typeError(`it needs a list of dicts, and one of it is ${toRepr(item)}`);
    return [memberOf(item, keyName), memberOf(item, valueName)];
  });
  return dictFrom(entries);
}

function memberOf(item: Dict, key: unknown): unknown {
  const value = dictGet(item, key);
  if (value === MISSING)
    throw typeError(`each dict of the list needs the key ${toRepr(key)}, and ${toRepr(item)} has it not`);
  return value;
}

function subelements(source: unknown, path: unknown, skipMissing: boolean): unknown[] {
  if (!isDict(source) && !isList(source)) throw typeError('it needs a list of dicts, or a dict of dicts');
  const elements = isDict(source) ? dictEntries(source).map(([, value]) => value) : source;
  const keys = isList(path) ? path : toText(path).split('.');
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
      `duplicates has to be error or overwrite, not ${toRepr(duplicates)}`,
      'ValueError',
    );
  }
  if (!isDict(data) && !isSequence(data)) throw typeError('it needs a list or dict of dicts');
  const items = isDict(data) ? dictEntries(data).map(([, value]) => value) : membersOf(data);
  const rekeyed = new Map<unknown, unknown>();
  for (const item of items) {
    if (!isDict(item)) throw typeError(`it needs dicts, and one is ${typeName(item)}`);
    const member = dictGet(item, key);
    if (member === MISSING) throw new TemplateRuntimeError(`Key ${toRepr(key)} was not found.`, 'KeyError');
    if (duplicates === 'error' && dictHas(rekeyed, member)) {
      throw new TemplateRuntimeError(
        `Key ${toRepr(member)} is not unique, cannot convert to dict.`,
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

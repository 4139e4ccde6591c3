import { contains, define, isTruthy, PyFloat, toItems, toText, valueError } from '../../jinja/index.ts';
import { compilePattern } from '../filters/regex.ts';
import type { Callables } from '../filters/register.ts';
import { isSubset } from '../filters/sets.ts';
import { splitUrl } from '../filters/url.ts';
import { requireString } from '../filters/values.ts';
import { compareVersions } from './versions.ts';

type MatchType = 'search' | 'match' | 'fullmatch';

function matches(value: unknown, pattern: RegExp, type: unknown): boolean {
  const text = toText(value);
  if (type === 'search') return pattern.test(text);
  if (type !== 'match' && type !== 'fullmatch')
    throw valueError(`match_type is search, match or fullmatch, not ${toText(type)}`);
  const source = type === 'match' ? pattern.source : `(?:${pattern.source})(?![\\s\\S])`;
  return new RegExp(source, `${pattern.flags}y`).test(text);
}

const REGEX_OPTIONS = [
  ['pattern', ''],
  ['ignorecase', false],
  ['multiline', false],
] as const;

function regexTest(type: MatchType) {
  return define([['value', ''], ...REGEX_OPTIONS], (value, pattern, ignoreCase, multiline) =>
    matches(value, compilePattern(pattern, ignoreCase, multiline), type),
  );
}

function isUri(value: unknown, schemes: unknown): boolean {
  try {
    const { scheme } = splitUrl(requireString(value));
    return !isTruthy(schemes) || contains(schemes, scheme);
  } catch {
    return false;
  }
}

function isUrl(value: unknown, schemes: unknown): boolean {
  if (!isUri(value, schemes)) return false;
  const { netloc, scheme } = splitUrl(requireString(value));
  return netloc !== '' || scheme === 'file';
}

const TRUE_WORDS = ['y', 'yes', 'on', '1', 'true', 't'];
const FALSE_WORDS = ['n', 'no', 'off', '0', 'false', 'f'];

// With `convert`, the words that Ansible's modules take for booleans are such.
function isTruthyWord(value: unknown, convert: unknown): boolean {
  if (isTruthy(convert)) {
    const word = typeof value === 'string' ? value.trim().toLowerCase() : toText(value).toLowerCase();
    if (TRUE_WORDS.includes(word) || (value instanceof PyFloat && value.value === 1)) return true;
    if (FALSE_WORDS.includes(word) || (value instanceof PyFloat && value.value === 0)) return false;
  }
  return isTruthy(value);
}

const CONVERT = ['convert_bool', false] as const;
const subset = define(['a', 'b'], (a, b) => isSubset(a, b));
const superset = define(['a', 'b'], (a, b) => isSubset(b, a));
const nan = define(['x'], (value) => typeof value === 'number' && Number.isNaN(value));
const version = define(
  ['value', 'version', ['operator', 'eq'], ['strict', null], ['version_type', null]],
  compareVersions,
);

/** Tests of plain values. */
export const valueTests: Callables = {
  match: regexTest('match'),
  search: regexTest('search'),
  regex: define(
    [['value', ''], ...REGEX_OPTIONS, ['match_type', 'search']],
    (value, pattern, ignoreCase, multiline, type) =>
      matches(value, compilePattern(pattern, ignoreCase, multiline), type),
  ),
  version,
  version_compare: version,
  any: define(['iterable'], (value) => toItems(value).some(isTruthy)),
  all: define(['iterable'], (value) => toItems(value).every(isTruthy)),
  truthy: define(['value', CONVERT], isTruthyWord),
  falsy: define(['value', CONVERT], (value, convert) => !isTruthyWord(value, convert)),
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  contains: define(['seq', 'value'], contains),
  nan,
  isnan: nan,
  uri: define(['value', ['schemes', null]], isUri),
  url: define(['value', ['schemes', null]], isUrl),
  urn: define(['value'], (value) => isUri(value, ['urn'])),
};

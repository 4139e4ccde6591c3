import {
  define,
  isTruthy,
  requireInteger,
  TemplateRuntimeError,
  toText,
  tupleFrom,
  valueError,
} from '../../jinja/index.ts';
import { translate } from '../../lib/pythonRegex.ts';
import { global, substitute } from '../../lib/pythonReplacement.ts';
import type { Callables } from './register.ts';
import { requireString } from './values.ts';

/** Python's pattern as Ansible's filters and tests compile it. */
export function compilePattern(pattern: unknown, ignoreCase: unknown, multiline: unknown): RegExp {
  const flags = (isTruthy(ignoreCase) ? 'i' : '') + (isTruthy(multiline) ? 'm' : '');
  return translate(requireString(pattern, 'the pattern'), flags);
}

function replaceAll(
  value: unknown,
  pattern: unknown,
  replacement: unknown,
  ignoreCase: unknown,
  multiline: unknown,
  count: unknown,
  mandatoryCount: unknown,
): string {
  const text = toText(value);
  const compiled = compilePattern(pattern, ignoreCase, multiline);
  const template = requireString(replacement, 'the replacement');
  const replaced = substitute(compiled, template, text, requireInteger(count));
  const wanted = requireInteger(mandatoryCount);
  if (wanted !== 0 && replaced.count !== wanted) {
    const found = `'${pattern}' should match ${wanted} times, but matches ${replaced.count} times in '${text}'`;
    throw new TemplateRuntimeError(found, 'FilterError');
  }
  return replaced.text;
}

function search(value: unknown, pattern: unknown, wanted: unknown, options: unknown): unknown {
  const { ignorecase = false, multiline = false } = options as Record<string, unknown>;
  const groups = (wanted as unknown[]).map(groupOf);
  const found = compilePattern(pattern, ignorecase, multiline).exec(toText(value));
  if (!found) return null;
  return groups.length === 0 ? found[0] : groups.map((group) => groupText(found, group));
}

// Groups are asked for as in a replacement: \1 or \g<name>.
function groupOf(argument: unknown): number | string {
  const [, name, number] = /^\\(?:g<(\S+)>|(\d+))/.exec(requireString(argument, 'a group')) ?? [];
  if (name === undefined && number === undefined) throw valueError(`unknown argument ${toText(argument)}`);
  return name ?? Number(number);
}

function groupText(found: RegExpExecArray, group: number | string): string | null {
  if (typeof group === 'number') {
    if (group < found.length) return found[group] ?? null;
  } else if (found.groups && group in found.groups) {
    return found.groups[group] ?? null;
  }
  throw new TemplateRuntimeError(`the pattern has no group ${group}`, 'IndexError');
}

function findAll(value: unknown, pattern: unknown, multiline: unknown, ignoreCase: unknown): unknown[] {
  const found = toText(value).matchAll(global(compilePattern(pattern, ignoreCase, multiline)));
  return Array.from(found, ([whole, ...groups]) => {
    const texts = groups.map((group) => group ?? '');
    return texts.length === 0 ? whole : texts.length === 1 ? texts[0] : tupleFrom(texts);
  });
}

function escapePattern(value: unknown, dialect: unknown): string {
  const text = toText(value);
  if (dialect === 'python') return text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
  if (dialect === 'posix_basic') return text.replace(/[\].[^$*\\]/g, '\\$&');
  throw valueError(
    dialect === 'posix_extended'
      ? 'Regex type (posix_extended) not yet implemented'
      : `Invalid regex type (${toText(dialect)})`,
  );
}

/** Filters on regular expressions, all in Python's language. */
export const regexFilters: Callables = {
  regex_replace: define(
    [
      ['value', ''],
      ['pattern', ''],
      ['replacement', ''],
      ['ignorecase', false],
      ['multiline', false],
      ['count', 0],
      ['mandatory_count', 0],
    ],
    replaceAll,
  ),
  regex_search: define(['value', 'regex', '*args', '**kwargs'], search),
  regex_findall: define(['value', 'regex', ['multiline', false], ['ignorecase', false]], findAll),
  regex_escape: define(['string', ['re_type', 'python']], escapePattern),
};

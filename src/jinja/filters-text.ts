import { define, defineWithContext } from './callable.ts';
import { isTruthy, typeName } from './compare.ts';
import type { Callable, Kwargs } from './environment.ts';
import { TemplateRuntimeError, typeError } from './errors.ts';
import { formatPercent } from './format-percent.ts';
import { center } from './methods-string.ts';
import { requireInteger } from './numbers.ts';
import { characters, textLength } from './sequences.ts';
import { capitalize, countOf, replace, splitFromEnd, splitLines, strip } from './strings.ts';
import { toText } from './text.ts';
import { requireDefined } from './undefined.ts';
import { dictFrom, tupleFrom } from './values.ts';
import { wrapText } from './wrap.ts';

function change(body: (text: string) => unknown): Callable {
  return define(['value'], (value) => body(toText(value)));
}

function indent(text: string, width: unknown, first: boolean, blank: boolean): string {
  const indention = typeof width === 'string' ? width : ' '.repeat(Math.max(0, requireInteger(width)));
  const [head = '', ...rest] = splitLines(`${text}\n`, false);
  const indented = rest.map((line) => (line === '' && !blank ? line : indention + line));
  return (first ? indention : '') + [head, ...indented].join('\n');
}

interface Truncation {
  readonly length: number;
  readonly killWords: boolean;
  readonly end: string;
  readonly leeway: number;
}

function truncate(text: string, { length, killWords, end, leeway }: Truncation): string {
  const room = length - textLength(end);
  if (room < 0)
    throw new TemplateRuntimeError(`expected length >= ${textLength(end)}, got ${length}`, 'AssertionError');
  if (leeway < 0) throw new TemplateRuntimeError(`expected leeway >= 0, got ${leeway}`, 'AssertionError');
  const units = characters(text);
  if (units.length <= length + leeway) return text;
  const cut = units.slice(0, room).join('');
  return (killWords ? cut : splitFromEnd(cut, ' ', 1)[0]!) + end;
}

const wordStart = /([-\s({[<]+)/;

function title(text: string): string {
  return text
    .split(wordStart)
    .map((word) => {
      const [first, ...rest] = characters(word);
      return first === undefined ? '' : first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');
}

function formatFilter(format: unknown, args: unknown, kwargs: unknown): [string, unknown] {
  const named = Object.entries(kwargs as Kwargs);
  const positional = args as unknown[];
  if (named.length > 0 && positional.length > 0) {
    throw new TemplateRuntimeError(
      "can't handle positional and keyword arguments at the same time",
      'FilterArgumentError',
    );
  }
  return [toText(format), named.length > 0 ? dictFrom(named) : tupleFrom(positional)];
}

/** Jinja2's filters that work on text. */
export const textFilters: readonly [string, Callable][] = [
  ['capitalize', change(capitalize)],
  [
    'center',
    defineWithContext(['value', ['width', 80]], ({ budget }, value, width) => {
      budget.checkCharacters(requireInteger(width));
      return center(toText(value), requireInteger(width));
    }),
  ],
  [
    'format',
    defineWithContext(['value', '*args', '**kwargs'], ({ budget }, value, args, kwargs) =>
      formatPercent(...formatFilter(value, args, kwargs), budget),
    ),
  ],
  [
    'indent',
    defineWithContext(
      ['s', ['width', 4], ['first', false], ['blank', false]],
      ({ budget }, s, width, first, blank) => {
        const text = toText(s);
        budget.checkCharacters(
          text.length +
            countOf(text, '\n') * (typeof width === 'string' ? width.length : requireInteger(width)),
        );
        return indent(text, width, isTruthy(first), isTruthy(blank));
      },
    ),
  ],
  ['lower', change((text) => text.toLowerCase())],
  [
    'replace',
    defineWithContext(['s', 'old', 'new', ['count', null]], ({ budget }, s, old, by, count) => {
      const [text, from, to] = [toText(s), toText(old), toText(by)];
      budget.checkCharacters(text.length + countOf(text, from) * to.length);
      return replace(text, from, to, count === null ? -1 : requireInteger(count));
    }),
  ],
  ['string', change((text) => text)],
  ['title', change(title)],
  [
    'trim',
    define(['value', ['chars', null]], (value, chars) =>
      strip(toText(value), chars === null ? undefined : toText(chars), 'both'),
    ),
  ],
  [
    'truncate',
    define(
      ['s', ['length', 255], ['killwords', false], ['end', '...'], ['leeway', null]],
      (s, length, killWords, end, leeway) => {
        if (typeof s !== 'string')
          throw typeError(`truncate needs a text, not ${typeName(requireDefined(s))}`);
        return truncate(s, {
          length: requireInteger(length),
          killWords: isTruthy(killWords),
          end: toText(end),
          leeway: leeway === null ? 5 : requireInteger(leeway),
        });
      },
    ),
  ],
  ['upper', change((text) => text.toUpperCase())],
  ['wordcount', change((text) => text.match(/[\p{L}\p{N}_\p{M}]+/gu)?.length ?? 0)],
  [
    'wordwrap',
    defineWithContext(
      ['s', ['width', 79], ['break_long_words', true], ['wrapstring', null], ['break_on_hyphens', true]],
      ({ environment }, s, width, breakLong, wrapString, breakHyphens) => {
        const options = {
          width: requireInteger(width),
          breakLongWords: isTruthy(breakLong),
          breakOnHyphens: isTruthy(breakHyphens),
        };
        const newline = wrapString === null ? environment.options.newlineSequence : toText(wrapString);
        return splitLines(toText(s), false)
          .map((line) => wrapText(line, options).join(newline))
          .join(newline);
      },
    ),
  ],
];

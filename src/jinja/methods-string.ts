import { define, defineWithContext } from './callable.ts';
import { isTruthy, typeName } from './compare.ts';
import type { Callable, Kwargs } from './environment.ts';
import { TemplateRuntimeError, typeError, valueError } from './errors.ts';
import { padText } from './format-number.ts';
import { formatText } from './format-text.ts';
import { requireInteger } from './numbers.ts';
import { characterOf, characters, Slice, sliceOf, textLength, toItems } from './sequences.ts';
import {
  capitalize,
  countOf,
  hasCase,
  isBlank,
  isTitleCase,
  replace,
  requireText,
  split,
  splitFromEnd,
  splitLines,
  strip,
  swapCase,
  titleCase,
} from './strings.ts';
import { dictEntries, dictGet, isDict, MISSING, tuple } from './values.ts';

function change(body: (text: string) => unknown): Callable {
  return define(['self'], (self) => body(self as string));
}

/** A method that holds for a text with at least one character, all of them of a kind. */
function every(pattern: RegExp): Callable {
  return change((text) => pattern.test(text));
}

function stripper(side: 'both' | 'left' | 'right'): Callable {
  return define(['self', ['chars', null]], (self, chars) =>
    strip(self as string, chars === null ? undefined : requireText(chars, 'strip arg'), side),
  );
}

function splitter(body: typeof split): Callable {
  return define(['self', ['sep', null], ['maxsplit', -1]], (self, separator, limit) =>
    body(self as string, separator === null ? undefined : requireText(separator), requireInteger(limit)),
  );
}

function filler(alignment: '<' | '>' | '^'): Callable {
  return defineWithContext(['self', 'width', ['fillchar', ' ']], ({ budget }, self, width, fill) => {
    const count = requireInteger(width);
    budget.checkCharacters(count);
    if (textLength(requireText(fill)) !== 1)
      throw typeError('The fill character must be exactly one character long');
    return alignment === '^'
      ? center(self as string, count, fill as string)
      : padText(self as string, count, alignment, fill as string);
  });
}

/** Python's `center`, which puts the odd character on the left where the width is odd. */
export function center(text: string, width: number, fill = ' '): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  const before = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

type Range = [part: string, offset: number];

function part(self: unknown, start: unknown, end: unknown): Range {
  const text = self as string;
  if (start === null && end === null) return [text, 0];
  const length = textLength(text);
  const from = start === null ? 0 : requireInteger(start);
  return [
    sliceOf(text, new Slice(start, end, undefined)) as string,
    from < 0 ? Math.max(0, from + length) : from,
  ];
}

function finder(method: 'indexOf' | 'lastIndexOf', strict: boolean): Callable {
  return define(['self', 'sub', ['start', null], ['end', null]], (self, sub, start, end) => {
    const [text, offset] = part(self, start, end);
    const found = offset > textLength(self as string) ? -1 : text[method](requireText(sub));
    if (found < 0 && strict) throw valueError('substring not found');
    return found < 0 ? -1 : textLength(text.slice(0, found)) + offset;
  });
}

function edge(method: 'startsWith' | 'endsWith'): Callable {
  return define(['self', 'affix', ['start', null], ['end', null]], (self, affix, start, end) => {
    const [text] = part(self, start, end);
    if (typeof affix === 'string') return text[method](affix);
    if (!Array.isArray(affix))
      throw typeError(`first arg must be str or a tuple of str, not ${typeName(affix)}`);
    return affix.some((candidate) => text[method](requireText(candidate)));
  });
}

function partition(self: unknown, separator: unknown, at: number) {
  const text = self as string;
  return tuple(text.slice(0, at), separator, text.slice(at + (separator as string).length));
}

function joinTexts(separator: string, items: readonly unknown[]): string {
  items.forEach((item, index) => {
    if (typeof item !== 'string') {
      throw typeError(`sequence item ${index}: expected str instance, ${typeName(item)} found`);
    }
  });
  return items.join(separator);
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  let result = '';
  for (const unit of text) {
    if (unit === '\t' && size > 0) {
      const blanks = size - (column % size);
      result += ' '.repeat(blanks);
      column += blanks;
    } else if (unit !== '\t') {
      result += unit;
      column = unit === '\n' || unit === '\r' ? 0 : column + 1;
    }
  }
  return result;
}

function encode(text: string, encoding: unknown): Uint8Array {
  const name = requireText(encoding).toLowerCase().replaceAll('_', '-');
  if (name === 'utf-8' || name === 'utf8') return new TextEncoder().encode(text);
  const highest =
    name === 'ascii' || name === 'us-ascii'
      ? 0x7f
      : name === 'latin-1' || name === 'iso-8859-1'
        ? 0xff
        : undefined;
  if (highest === undefined) throw new TemplateRuntimeError(`unknown encoding: ${encoding}`, 'LookupError');
  return Uint8Array.from(characters(text), (unit) => {
    const code = unit.codePointAt(0)!;
    if (code > highest) throw valueError(`'${name}' codec can't encode character '${unit}'`);
    return code;
  });
}

function translate(text: string, table: unknown): string {
  if (!isDict(table)) throw typeError('translate needs a dict of code points');
  return characters(text)
    .map((unit) => {
      const by = dictGet(table, unit.codePointAt(0)!);
      if (by === MISSING) return unit;
      if (by === null) return '';
      return typeof by === 'string' ? by : characterOf(requireInteger(by));
    })
    .join('');
}

function zeroFill(text: string, width: number): string {
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + padText(text.slice(sign.length), width - sign.length, '>', '0');
}

/** Python's methods of str; the first argument is the text. */
export const stringMethods: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ['capitalize', change(capitalize)],
  ['casefold', change((text) => text.toLowerCase().replaceAll('ß', 'ss'))],
  ['center', filler('^')],
  [
    'count',
    define(['self', 'sub', ['start', null], ['end', null]], (self, sub, start, end) =>
      countOf(part(self, start, end)[0], requireText(sub)),
    ),
  ],
  [
    'encode',
    define(['self', ['encoding', 'utf-8'], ['errors', 'strict']], (self, encoding) =>
      encode(self as string, encoding),
    ),
  ],
  ['endswith', edge('endsWith')],
  [
    'expandtabs',
    defineWithContext(['self', ['tabsize', 8]], ({ budget }, self, size) => {
      const width = requireInteger(size);
      budget.checkCharacters((self as string).length + countOf(self as string, '\t') * width);
      return expandTabs(self as string, width);
    }),
  ],
  ['find', finder('indexOf', false)],
  [
    'format',
    defineWithContext(['self', '*args', '**kwargs'], (context, self, args, kwargs) =>
      formatText(self as string, args as unknown[], kwargs as Kwargs, context),
    ),
  ],
  [
    'format_map',
    defineWithContext(['self', 'mapping'], (context, self, mapping) => {
      if (!isDict(mapping)) throw typeError('format_map needs a dict');
      const named = Object.create(null) as Record<string, unknown>;
      for (const [key, value] of dictEntries(mapping)) if (typeof key === 'string') named[key] = value;
      return formatText(self as string, [], named, context);
    }),
  ],
  ['index', finder('indexOf', true)],
  ['isalnum', every(/^[\p{L}\p{N}]+$/u)],
  ['isalpha', every(/^\p{L}+$/u)],
  ['isascii', every(/^[\0-\x7f]*$/)],
  ['isdecimal', every(/^\p{Nd}+$/u)],
  ['isdigit', every(/^[\p{Nd}\xb2\xb3\xb9\u2070\u2074-\u2079\u2080-\u2089]+$/u)],
  ['isidentifier', every(/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u)],
  ['islower', change((text) => hasCase(text, 'lower'))],
  ['isnumeric', every(/^\p{N}+$/u)],
  ['isprintable', change((text) => !/(?! )[\p{C}\p{Z}]/u.test(text))],
  ['isspace', change(isBlank)],
  ['istitle', change(isTitleCase)],
  ['isupper', change((text) => hasCase(text, 'upper'))],
  [
    'join',
    defineWithContext(['self', 'iterable'], ({ budget }, self, iterable) => {
      const items = toItems(iterable);
      budget.checkCharacters(items.length * (self as string).length);
      return joinTexts(self as string, items);
    }),
  ],
  ['ljust', filler('<')],
  ['lower', change((text) => text.toLowerCase())],
  ['lstrip', stripper('left')],
  [
    'partition',
    define(['self', 'sep'], (self, separator) => {
      const at = (self as string).indexOf(requireSeparator(separator));
      return at < 0 ? tuple(self, '', '') : partition(self, separator, at);
    }),
  ],
  [
    'removeprefix',
    define(['self', 'prefix'], (self, prefix) =>
      (self as string).startsWith(requireText(prefix))
        ? (self as string).slice((prefix as string).length)
        : self,
    ),
  ],
  [
    'removesuffix',
    define(['self', 'suffix'], (self, suffix) =>
      suffix !== '' && (self as string).endsWith(requireText(suffix))
        ? (self as string).slice(0, -(suffix as string).length)
        : self,
    ),
  ],
  [
    'replace',
    defineWithContext(['self', 'old', 'new', ['count', -1]], ({ budget }, self, old, by, count) => {
      const times = countOf(self as string, requireText(old));
      budget.checkCharacters((self as string).length + times * requireText(by).length);
      return replace(self as string, old as string, by as string, requireInteger(count));
    }),
  ],
  ['rfind', finder('lastIndexOf', false)],
  ['rindex', finder('lastIndexOf', true)],
  ['rjust', filler('>')],
  [
    'rpartition',
    define(['self', 'sep'], (self, separator) => {
      const at = (self as string).lastIndexOf(requireSeparator(separator));
      return at < 0 ? tuple('', '', self) : partition(self, separator, at);
    }),
  ],
  ['rsplit', splitter(splitFromEnd)],
  ['rstrip', stripper('right')],
  ['split', splitter(split)],
  [
    'splitlines',
    define(['self', ['keepends', false]], (self, keepEnds) => splitLines(self as string, isTruthy(keepEnds))),
  ],
  ['startswith', edge('startsWith')],
  ['strip', stripper('both')],
  ['swapcase', change(swapCase)],
  ['title', change(titleCase)],
  ['translate', define(['self', 'table'], (self, table) => translate(self as string, table))],
  ['upper', change((text) => text.toUpperCase())],
  [
    'zfill',
    defineWithContext(['self', 'width'], ({ budget }, self, width) => {
      budget.checkCharacters(requireInteger(width));
      return zeroFill(self as string, requireInteger(width));
    }),
  ],
]);

function requireSeparator(separator: unknown): string {
  if (requireText(separator) === '') throw valueError('empty separator');
  return separator as string;
}

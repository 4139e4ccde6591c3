import { define } from './callable.ts';
import { isTruthy, typeName } from './compare.ts';
import type { Callable } from './environment.ts';
import { TemplateRuntimeError, valueError } from './errors.ts';
import { requireInteger } from './numbers.ts';
import { toItems } from './sequences.ts';
import { requireText, split } from './strings.ts';
import { toRepr, toText } from './text.ts';
import { Undefined } from './undefined.ts';
import { dictEntries, isDict } from './values.ts';

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};

/** Text with the characters that mean something in HTML and XML escaped. */
function escapeHtml(value: unknown): string {
  return toText(value).replace(/[&<>'"]/g, (character) => htmlEscapes[character]!);
}

const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\xa0',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  laquo: '«',
  raquo: '»',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  middot: '·',
  euro: '€',
};

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{1,10}));/g, (entity, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(namedEntities, name) ? namedEntities[name]! : entity;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

/** Text without tags and comments, blanks run together, entities resolved. */
function stripTags(text: string): string {
  let plain = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('<', at);
    if (start < 0) break;
    const isComment = text.startsWith('<!--', start);
    const end = isComment ? text.indexOf('-->', start + 4) : text.indexOf('>', start);
    if (end < 0) break;
    plain += text.slice(at, start);
    at = end + (isComment ? 3 : 1);
  }
  return unescapeHtml(split(plain + text.slice(at), undefined, -1).join(' '));
}

/** Percent-encodes UTF-8 text; letters, digits and `_.-~` stay, and `/` unless it is part of a query. */
function quoteUrl(value: unknown, query: boolean): string {
  const quoted = encodeURIComponent(toText(value).replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return query ? quoted.replaceAll('%20', '+') : quoted.replaceAll('%2F', '/');
}

function urlEncode(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || value instanceof Undefined)
    return quoteUrl(value, false);
  const isPlain =
    !isDict(value) && (typeof value !== 'object' || value === null || !(Symbol.iterator in value));
  if (isPlain) return quoteUrl(value, false);
  const pairs = isDict(value) ? dictEntries(value) : toItems(value).map(pairOf);
  return pairs.map(([key, item]) => `${quoteUrl(key, true)}=${quoteUrl(item, true)}`).join('&');
}

function pairOf(value: unknown): readonly unknown[] {
  const pair = toItems(value);
  if (pair.length === 2) return pair;
  throw valueError(`urlencode needs pairs of a name and a value, not ${toRepr(value)}`);
}

function xmlAttributes(value: unknown, autoSpace: boolean): string {
  if (value instanceof Undefined) throw value.toError();
  if (!isDict(value))
    throw new TemplateRuntimeError(`xmlattr needs a dict, not ${typeName(value)}`, 'AttributeError');
  const attributes = dictEntries(value)
    .filter(([, item]) => item !== null && !(item instanceof Undefined))
    .map(([key, item]) => {
      if (/[\s/>=]/.test(requireText(key, 'the name of an attribute')))
        throw valueError(`Invalid character in attribute name: ${toRepr(key)}`);
      return `${escapeHtml(key)}="${escapeHtml(item)}"`;
    })
    .join(' ');
  return autoSpace && attributes !== '' ? ` ${attributes}` : attributes;
}

interface LinkOptions {
  readonly limit: number | undefined;
  readonly attributes: string;
  readonly schemes: readonly string[];
}

const webAddress =
  /^(?:https?:\/\/[^\s/?#]+|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|net|int|edu|gov|org|info|mil))(?:[/?#]\S*)?$/i;
const mailAddress = /^[^\s@,;:]+@[\w-]+(?:\.[\w-]+)+$/;

const LONGEST_LINK = 4096;

/** A word with the link that it is, if it is one; punctuation around it stays outside. */
function linkWord(word: string, { limit, attributes, schemes }: LinkOptions): string {
  if (word.length > LONGEST_LINK) return word;
  const head = /^(?:[(<]|&lt;)*/.exec(word)![0];
  let body = word.slice(head.length);
  let tail = '';
  for (;;) {
    const end = /(?:[)>.,]|&gt;)$/.exec(body);
    if (!end || (end[0] === ')' && body.includes('('))) break;
    tail = end[0] + tail;
    body = body.slice(0, -end[0].length);
  }
  const shown = limit !== undefined && body.length > limit ? `${body.slice(0, limit)}...` : body;
  if (webAddress.test(body)) {
    const url = /^https?:\/\//i.test(body) ? body : `https://${body}`;
    return `${head}<a href="${url}"${attributes}>${shown}</a>${tail}`;
  }
  const mail = body.startsWith('mailto:') ? body.slice(7) : body;
  if (mailAddress.test(mail) && !mail.startsWith('www.'))
    return `${head}<a href="mailto:${mail}">${mail}</a>${tail}`;
  if (schemes.some((scheme) => body.startsWith(scheme) && body !== scheme)) {
    return `${head}<a href="${body}"${attributes}>${body}</a>${tail}`;
  }
  return word;
}

function urlize(
  value: unknown,
  limit: unknown,
  nofollow: unknown,
  target: unknown,
  rel: unknown,
  schemes: unknown,
): string {
  const relations = new Set([...split(rel === null ? '' : toText(rel), undefined, -1), 'noopener']);
  if (isTruthy(nofollow)) relations.add('nofollow');
  const targetAttribute = target === null ? '' : ` target="${escapeHtml(target)}"`;
  const options: LinkOptions = {
    limit: limit === null ? undefined : requireInteger(limit),
    attributes: ` rel="${escapeHtml([...relations].sort().join(' '))}"${targetAttribute}`,
    schemes: schemes === null ? [] : toItems(schemes).map(validScheme),
  };
  return escapeHtml(value)
    .split(/(\s+)/)
    .map((word) => linkWord(word, options))
    .join('');
}

function validScheme(scheme: unknown): string {
  const text = toText(scheme);
  if (/^[\w.+-]{2,}:(?:\/\/)?$/.test(text)) return text;
  throw new TemplateRuntimeError(`'${text}' is not a valid URI scheme prefix.`, 'FilterArgumentError');
}

/** Jinja2's filters for HTML, XML and URLs. */
export const markupFilters: readonly [string, Callable][] = [
  ['e', define(['s'], escapeHtml)],
  ['escape', define(['s'], escapeHtml)],
  ['forceescape', define(['value'], escapeHtml)],
  ['safe', define(['value'], toText)],
  ['striptags', define(['value'], (value) => stripTags(toText(value)))],
  ['urlencode', define(['value'], urlEncode)],
  [
    'urlize',
    define(
      [
        'value',
        ['trim_url_limit', null],
        ['nofollow', false],
        ['target', null],
        ['rel', null],
        ['extra_schemes', null],
      ],
      urlize,
    ),
  ],
  [
    'xmlattr',
    define(['d', ['autospace', true]], (value, autoSpace) => xmlAttributes(value, isTruthy(autoSpace))),
  ],
];

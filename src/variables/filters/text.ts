import {
  define,
  isTruthy,
  requireInteger,
  split,
  TemplateRuntimeError,
  toText,
  valueError,
} from '../../jinja/index.ts';
import { decode, encode } from './bytes.ts';
import { commentFilter } from './comment.ts';
import type { Callables } from './register.ts';
import { splitUrl, URL_PARTS, type UrlParts } from './url.ts';
import { requireString } from './values.ts';

function base64Encode(value: unknown, encoding: unknown, urlSafe: unknown): string {
  const text = encode(toText(value), toText(encoding)).toString('base64');
  return isTruthy(urlSafe) ? text.replaceAll('+', '-').replaceAll('/', '_') : text;
}

// Python drops what is no character of the alphabet, and insists on the padding.
function base64Decode(value: unknown, encoding: unknown, urlSafe: unknown): string {
  const text = toText(value);
  const standard = isTruthy(urlSafe) ? text.replaceAll('-', '+').replaceAll('_', '/') : text;
  const digits = standard.replace(/[^A-Za-z0-9+/=]/g, '');
  const unpadded = digits.replace(/=.*$/s, '');
  if (unpadded.length % 4 === 1) {
    throw valueError(
      'Invalid base64-encoded string: number of data characters cannot be 1 more than a multiple of 4',
    );
  }
  const padding = digits.slice(unpadded.length).replace(/[^=].*$/s, '').length;
  if ((unpadded.length + padding) % 4 !== 0 && padding < (4 - (unpadded.length % 4)) % 4)
    throw valueError('Incorrect padding');
  return decode(Buffer.from(unpadded, 'base64'), toText(encoding));
}

// As Python's shlex does it.
function quote(value: unknown): string {
  const text = value === null ? '' : toText(value);
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

function urlSplit(value: unknown, wanted: unknown): unknown {
  const parts = splitUrl(requireString(value));
  if (!isTruthy(wanted)) return new Map(URL_PARTS.map((name) => [name, parts[name]]));
  if (!(URL_PARTS as readonly unknown[]).includes(wanted)) {
    throw new TemplateRuntimeError(
      `unknown URL component: ${toText(wanted)} (known: ${URL_PARTS.join(', ')})`,
      'ValueError',
    );
  }
  return parts[wanted as keyof UrlParts];
}

// Percent signs that stand for no byte stay; `+` is a blank.
function urlDecode(value: unknown): string {
  const text = requireString(value).replaceAll('+', ' ');
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** Filters on texts. */
export const textFilters: Callables = {
  quote: define(['a'], quote),
  comment: commentFilter,
  split: define(['self', ['sep', null], ['maxsplit', -1]], (value, separator, limit) =>
    split(
      requireString(value),
      separator === null ? undefined : requireString(separator, 'the separator'),
      requireInteger(limit),
    ),
  ),
  b64encode: define(['string', ['encoding', 'utf-8'], ['urlsafe', false]], base64Encode),
  b64decode: define(['string', ['encoding', 'utf-8'], ['urlsafe', false]], base64Decode),
  urlsplit: define(['value', ['query', ''], ['alias', 'urlsplit']], urlSplit),
  urldecode: define(['string'], urlDecode),
};

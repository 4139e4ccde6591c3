import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isList, toText } from '../../jinja/index.ts';
import { encryptPassword, identOf, randomSalt, saltSizeOf } from '../filters/passwordHash.ts';
import { secureDraw, seededDraw } from '../filters/pythonRandom.ts';
import { expandUser } from '../home.ts';
import { type Lookup, type LookupOptions, lookupError, textOption, textTerm } from './context.ts';
import { parseKeyValues } from './keyValues.ts';
import { playbookFolder } from './searchPath.ts';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const WHITESPACE = ' \t\n\r\v\f';

// The sets of Python's `string` module.
const SETS: Readonly<Record<string, string>> = {
  ascii_letters: LOWERCASE + UPPERCASE,
  ascii_lowercase: LOWERCASE,
  ascii_uppercase: UPPERCASE,
  digits: DIGITS,
  hexdigits: `${DIGITS}abcdefABCDEF`,
  octdigits: '01234567',
  punctuation: PUNCTUATION,
  whitespace: WHITESPACE,
  printable: DIGITS + LOWERCASE + UPPERCASE + PUNCTUATION + WHITESPACE,
};

const OPTIONS = ['length', 'encrypt', 'chars', 'ident', 'seed'];
const LENGTH = 20;
const CHARACTERS = ['ascii_letters', 'digits', '.,:-_'];

function parseTerm(term: string, options: LookupOptions): { path: string; own: LookupOptions } {
  const space = term.indexOf(' ');
  if (space < 0) return { path: term, own: options };
  const { values, raw } = parseKeyValues(term.slice(space + 1));
  const path = raw === '' ? term.slice(0, space) : `${term.slice(0, space)} ${raw}`;
  if (!term.startsWith(path))
    throw lookupError('Unrecognized value after key=value parameters given to password lookup');
  const odd = [...values.keys()].filter((name) => !OPTIONS.includes(name));
  if (odd.length > 0)
    throw lookupError(`Unrecognized parameter(s) given to password lookup: ${odd.join(', ')}`);
  return { path, own: { ...options, ...Object.fromEntries(values) } };
}

// Two commas stand for the character itself.
function characterSets(value: unknown): readonly string[] {
  if (value === undefined || value === null) return CHARACTERS;
  if (isList(value)) return value.map(toText);
  const text = toText(value);
  const sets = text
    .replaceAll(',,', ',')
    .split(',')
    .filter((set) => set !== '');
  return text.includes(',,') ? [',', ...sets] : sets;
}

function newPassword(options: LookupOptions): string {
  const sets = characterSets(options.chars).map((set) => (Object.hasOwn(SETS, set) ? SETS[set]! : set));
  const characters = Array.from(sets.join('').replace(/["']/g, ''));
  const length = options.length === undefined ? LENGTH : Number(toText(options.length));
  if (!Number.isSafeInteger(length))
    throw lookupError(`length needs an integer, not ${toText(options.length)}`);
  const draw =
    options.seed === undefined || options.seed === null ? secureDraw : seededDraw(toText(options.seed));
  return Array.from({ length }, () => characters[draw(characters.length)]).join('');
}

interface Stored {
  password: string;
  salt: string | undefined;
  ident: string | undefined;
}

// `password salt=... ident=...`
function readStored(path: string): Stored | undefined {
  if (path === '/dev/null' || !existsSync(path)) return undefined;
  const content = readFileSync(path, 'utf8').trimEnd();
  const [, password = content, rest] = /^(.*) salt=(.*)$/s.exec(content) ?? [];
  const [, salt = rest, ident] = /^(.*) ident=(.*)$/s.exec(rest ?? '') ?? [];
  return { password, salt: salt || undefined, ident };
}

function writeStored(path: string, { password, salt, ident }: Stored): void {
  if (path === '/dev/null') return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const parts = [password, ...(salt ? [`salt=${salt}`] : []), ...(salt && ident ? [`ident=${ident}`] : [])];
  writeFileSync(path, `${parts.join(' ')}\n`, { mode: 0o600 });
}

/** The password that a file holds; made and written there when there is none yet. */
export const password: Lookup = (terms, context, options) =>
  terms.map((term) => {
    const { path: name, own } = parseTerm(textTerm(term), options);
    const path = resolve(playbookFolder(context), expandUser(name));
    const encrypt = textOption(own, 'encrypt', '');
    const known = readStored(path);
    const wanted = textOption(own, 'ident', '') || undefined;
    if (known?.ident && wanted && known.ident !== wanted) {
      throw lookupError(
        `The ident parameter provided (${wanted}) does not match the stored one (${known.ident}).`,
      );
    }
    const stored: Stored = {
      password: known?.password ?? newPassword(own),
      salt: known?.salt ?? (encrypt ? randomSalt(saltSizeOf(encrypt)) : undefined),
      ident: known?.ident ?? wanted ?? (encrypt ? identOf(encrypt) : undefined),
    };
    if (
      known?.password !== stored.password ||
      known.salt !== stored.salt ||
      (stored.salt && known.ident !== stored.ident)
    ) {
      writeStored(path, stored);
    }
    if (!encrypt) return stored.password;
    return encryptPassword(stored.password, encrypt, { salt: stored.salt!, ident: stored.ident });
  });

import { define, requireInteger, toText, valueError } from '../../jinja/index.ts';
import { BCRYPT_CHARACTERS, bcrypt, repairSalt } from './bcrypt.ts';
import { bytesOfText } from './bytes.ts';
import { SALT_CHARACTERS } from './crypt64.ts';
import { md5Crypt } from './md5Crypt.ts';
import { secureDraw } from './pythonRandom.ts';
import type { Callables } from './register.ts';
import { sha256Crypt, sha512Crypt } from './shaCrypt.ts';
import { requireString } from './values.ts';

/** A scheme of crypt(3) with the defaults that Ansible gives it. */
interface Scheme {
  name: string;
  saltSize: number;
  /** Whether a salt has to have exactly this size, or at most. */
  exactSalt: boolean;
  characters: string;
  rounds?: { default: number; least: number; most: number };
  ident?: string;
  hash(password: Buffer, salt: string, rounds: number, ident: string): string;
}

// Rounds that are crypt(3)'s own default are not written.
const UNWRITTEN_ROUNDS = 5000;
const shaRounds = (rounds: number) => (rounds === UNWRITTEN_ROUNDS ? '' : `rounds=${rounds}$`);
const BCRYPT_IDENTS = ['2a', '2b', '2y'];

const SCHEMES: readonly Scheme[] = [
  {
    name: 'md5_crypt',
    saltSize: 8,
    exactSalt: false,
    characters: SALT_CHARACTERS,
    hash: (password, salt) => `$1$${salt}$${md5Crypt(password, salt)}`,
  },
  {
    name: 'sha256_crypt',
    saltSize: 16,
    exactSalt: false,
    characters: SALT_CHARACTERS,
    rounds: { default: 535_000, least: 1000, most: 999_999_999 },
    hash: (password, salt, rounds) => `$5$${shaRounds(rounds)}${salt}$${sha256Crypt(password, salt, rounds)}`,
  },
  {
    name: 'sha512_crypt',
    saltSize: 16,
    exactSalt: false,
    characters: SALT_CHARACTERS,
    rounds: { default: 656_000, least: 1000, most: 999_999_999 },
    hash: (password, salt, rounds) => `$6$${shaRounds(rounds)}${salt}$${sha512Crypt(password, salt, rounds)}`,
  },
  {
    name: 'bcrypt',
    saltSize: 22,
    exactSalt: true,
    characters: BCRYPT_CHARACTERS,
    rounds: { default: 12, least: 4, most: 31 },
    ident: '2b',
    hash: (password, salt, rounds, ident) =>
      `$${ident}$${String(rounds).padStart(2, '0')}$${salt}${bcrypt(password, salt, rounds)}`,
  },
];

const SHORT_NAMES: Readonly<Record<string, string>> = {
  md5: 'md5_crypt',
  blowfish: 'bcrypt',
  sha256: 'sha256_crypt',
  sha512: 'sha512_crypt',
};

function schemeOf(name: string): Scheme {
  const full = Object.hasOwn(SHORT_NAMES, name) ? SHORT_NAMES[name] : name;
  const found = SCHEMES.find((scheme) => scheme.name === full);
  if (!found)
    throw valueError(
      `${name} is not in the list of supported algorithms: ${Object.keys(SHORT_NAMES).join(', ')}`,
    );
  return found;
}

/** The number of characters of a random salt. */
export function saltSizeOf(name: string): number {
  return schemeOf(name).saltSize;
}

/** The version mark that a scheme's hashes begin with, where there are several. */
export function identOf(name: string): string | undefined {
  return schemeOf(name).ident;
}

/** A salt of letters, digits, dots and slashes. */
export function randomSalt(size: number): string {
  return Array.from({ length: size }, () => SALT_CHARACTERS[secureDraw(SALT_CHARACTERS.length)]).join('');
}

export interface HashOptions {
  salt?: string | undefined;
  saltSize?: number | undefined;
  rounds?: number | undefined;
  ident?: string | undefined;
}

const CACHE_SIZE = 200;
const known = new Map<string, string>();

/** A password as crypt(3) keeps it, with the defaults of Ansible and Python's passlib. Takes up to a second. */
export function encryptPassword(password: string, name: string, options: HashOptions): string {
  const scheme = schemeOf(name);
  const salt = saltFor(scheme, options);
  const rounds = roundsFor(scheme, options.rounds);
  const ident = options.ident || scheme.ident || '';
  if (scheme.ident !== undefined && !BCRYPT_IDENTS.includes(ident)) {
    throw valueError(`ident has to be one of ${BCRYPT_IDENTS.join(', ')}, not ${ident}`);
  }
  if (password.includes('\0')) throw valueError('a password cannot hold a NUL character');
  // The same is asked for each host, and again when a task is planned and done.
  const key = JSON.stringify([password, scheme.name, salt, rounds, ident]);
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const hashed = scheme.hash(bytesOfText(password), salt, rounds, ident);
  if (known.size >= CACHE_SIZE) known.clear();
  known.set(key, hashed);
  return hashed;
}

function saltFor(scheme: Scheme, { salt, saltSize }: HashOptions): string {
  if (!salt) {
    if (scheme.exactSalt && saltSize !== undefined && saltSize !== scheme.saltSize) {
      throw valueError(`${scheme.name} needs a salt of ${scheme.saltSize} characters`);
    }
    if (saltSize !== undefined && (saltSize < 0 || saltSize > scheme.saltSize)) {
      throw valueError(`${scheme.name} needs a salt of at most ${scheme.saltSize} characters`);
    }
    return scheme.exactSalt
      ? repairSalt(randomSalt(scheme.saltSize))
      : randomSalt(saltSize || scheme.saltSize);
  }
  const odd = Array.from(salt).find((character) => !scheme.characters.includes(character));
  if (odd !== undefined) throw valueError(`a salt cannot hold the character ${JSON.stringify(odd)}`);
  if (scheme.exactSalt ? salt.length !== scheme.saltSize : salt.length > scheme.saltSize) {
    throw valueError(
      `${scheme.name} needs a salt of ${scheme.exactSalt ? '' : 'at most '}${scheme.saltSize} characters`,
    );
  }
  return scheme.exactSalt ? repairSalt(salt) : salt;
}

function roundsFor({ name, rounds }: Scheme, wanted: number | undefined): number {
  if (!rounds) {
    if (wanted) throw valueError(`${name} has no rounds to choose`);
    return 0;
  }
  const chosen = wanted || rounds.default;
  if (chosen < rounds.least || chosen > rounds.most) {
    throw valueError(`${name} needs from ${rounds.least} to ${rounds.most} rounds`);
  }
  return chosen;
}

const numberOrNone = (value: unknown) => (value === null ? undefined : requireInteger(value));
const textOrNone = (value: unknown) => (value === null ? undefined : toText(value));

/** Filters that make hashes of passwords. */
export const passwordFilters: Callables = {
  password_hash: define(
    [
      'password',
      ['hashtype', 'sha512'],
      ['salt', null],
      ['salt_size', null],
      ['rounds', null],
      ['ident', null],
    ],
    (password, type, salt, saltSize, rounds, ident) =>
      encryptPassword(requireString(password), toText(type), {
        salt: textOrNone(salt),
        saltSize: numberOrNone(saltSize),
        rounds: numberOrNone(rounds),
        ident: textOrNone(ident),
      }),
  ),
};

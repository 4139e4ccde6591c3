import {
  type ClassItem,
  caseVariants,
  classText,
  escapeChar,
  SETS,
  type SetName,
} from './pythonRegexClass.ts';

/** A pattern that Python would refuse, or one of the few things that cannot be said in JavaScript. */
export class PatternError extends Error {
  /** Offset into the pattern. */
  readonly offset: number;

  constructor(message: string, pattern: string, offset: number) {
    super(`${message} at position ${offset} of the regular expression ${JSON.stringify(pattern)}`);
    this.name = 'PatternError';
    this.offset = offset;
  }
}

interface Flags {
  i: boolean;
  m: boolean;
  s: boolean;
  x: boolean;
  /** ASCII: what Python does for bytes, and with re.ASCII. */
  a: boolean;
}

interface State {
  pattern: string;
  at: number;
  names: Map<string, number>;
  groups: number;
  /** The whole pattern ignores case, so that JavaScript's own flag can do it. */
  ignoreCase: boolean;
}

const ANY = '[\\s\\S]';
const CACHE_SIZE = 500;
const cache = new Map<string, RegExp>();

/**
 * The JavaScript RegExp (always with `u`, never with `g`) for a regular expression in Python's language, as its `re`
 * module of 3.11 reads it. `flags` are Python's letters: i, m, s, x, and a for patterns that look at bytes. Groups keep their numbers
 * and names. Throws PatternError. Cannot be said in JavaScript and throw: atomic groups, possessive
 * quantifiers, conditionals and \N{...}. A reference to a group that took no part matches nothing in Python, the empty
 * text here.
 */
export function translate(pattern: string, flags = ''): RegExp {
  const key = `${flags}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const made = compile(pattern, flags);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, made);
  return made;
}

function compile(pattern: string, letters: string): RegExp {
  const state: State = { pattern, at: 0, names: new Map(), groups: 0, ignoreCase: false };
  const flags = flagsFrom(letters + leadingFlags(state));
  const refers = /\\[1-9]|\(\?P=/.test(pattern);
  state.ignoreCase = flags.i && (!flags.a || refers);
  const text = alternatives(state, flags);
  if (state.at < pattern.length) throw fault(state, 'unbalanced parenthesis');
  try {
    return new RegExp(text, state.ignoreCase ? 'iu' : 'u');
  } catch (error) {
    throw new PatternError((error as Error).message.replace(/^.*: /s, '').toLowerCase(), pattern, 0);
  }
}

function flagsFrom(letters: string): Flags {
  const has = (letter: string) => letters.includes(letter);
  return { i: has('i'), m: has('m'), s: has('s'), x: has('x'), a: has('a') };
}

// Flags for the whole pattern may stand at its start only.
function leadingFlags(state: State): string {
  const found = /^\(\?([aiLmsux]+)\)/.exec(state.pattern);
  if (!found) return '';
  state.at = found[0].length;
  return found[1]!;
}

function fault(state: State, message: string): PatternError {
  return new PatternError(message, state.pattern, state.at);
}

function alternatives(state: State, flags: Flags): string {
  let text = '';
  while (state.at < state.pattern.length) {
    const char = state.pattern[state.at]!;
    if (char === ')') break;
    if (char === '|') {
      text += '|';
      state.at++;
    } else if (flags.x && /\s/.test(char)) {
      state.at++;
    } else if (flags.x && char === '#') {
      skipComment(state);
    } else {
      text += repeated(state, flags);
    }
  }
  return text;
}

function skipComment(state: State): void {
  const end = state.pattern.indexOf('\n', state.at);
  state.at = end < 0 ? state.pattern.length : end + 1;
}

function repeated(state: State, flags: Flags): string {
  const start = state.at;
  const one = atom(state, flags);
  if (flags.x) skipSpace(state);
  const found = quantifier(state);
  if (!found) return one;
  if (one === '') throw new PatternError('nothing to repeat', state.pattern, start);
  const lazy = state.pattern[state.at] === '?' ? '?' : '';
  state.at += lazy.length;
  if (state.pattern[state.at] === '+') throw fault(state, 'possessive quantifiers are not supported');
  if (quantifier(state)) throw fault(state, 'multiple repeat');
  return one + found + lazy;
}

function skipSpace(state: State): void {
  const space = /(\s+|#[^\n]*\n?)*/y;
  space.lastIndex = state.at;
  state.at += space.exec(state.pattern)![0].length;
}

function quantifier(state: State): string | undefined {
  const pattern = /[*+?]|\{(\d*)(,?)(\d*)\}/y;
  pattern.lastIndex = state.at;
  const found = pattern.exec(state.pattern);
  // `{}` and `{,}`-less braces are letters as any other.
  if (!found || found[0] === '{}') return undefined;
  state.at += found[0].length;
  if (!found[0].startsWith('{')) return found[0];
  return `{${found[1] || '0'}${found[2]}${found[3]}}`;
}

function atom(state: State, flags: Flags): string {
  const char = String.fromCodePoint(state.pattern.codePointAt(state.at)!);
  if (char === '(') return group(state, flags);
  if (char === '[') return charClass(state, flags);
  if (char === '\\') return escapeText(state, flags);
  if ('*+?'.includes(char)) throw fault(state, 'nothing to repeat');
  state.at += char.length;
  if (char === '.') return flags.s ? ANY : '[^\\n]';
  if (char === '^') return flags.m ? '(?:(?<![^\\n]))' : '(?:^)';
  if (char === '$') return flags.m ? '(?:(?![^\\n]))' : `(?:(?=\\n?(?!${ANY})))`;
  return literal(char, state, flags);
}

function literal(char: string, state: State, flags: Flags): string {
  if (!flags.i || state.ignoreCase) return escapeChar(char);
  const variants = caseVariants(char, flags.a);
  return variants.length === 1 ? escapeChar(char) : `[${variants.map(escapeChar).join('')}]`;
}

const OPENERS: [RegExp, string][] = [
  [/\(\?:/y, '(?:'],
  [/\(\?=/y, '(?='],
  [/\(\?!/y, '(?!'],
  [/\(\?<=/y, '(?<='],
  [/\(\?<!/y, '(?<!'],
];

function group(state: State, flags: Flags): string {
  const taken = (pattern: RegExp) => {
    pattern.lastIndex = state.at;
    const found = pattern.exec(state.pattern);
    if (found) state.at += found[0].length;
    return found;
  };
  if (taken(/\(\?#[^)]*\)/y)) return '';
  const named = taken(/\(\?P<([\p{L}_][\p{L}\p{N}_]*)>/uy);
  if (named) return inGroup(state, flags, `(?<${newName(state, named[1]!)}>`);
  const reference = taken(/\(\?P=([^)]*)\)/y);
  if (reference) return namedReference(state, reference[1]!);
  const scoped = taken(/\(\?([aimsxuL]*)(?:-([imsx]+))?:/y);
  if (scoped && (scoped[1] || scoped[2])) return scopedGroup(state, flags, scoped[1]!, scoped[2] ?? '');
  if (scoped) return inGroup(state, flags, '(?:');
  for (const [opener, text] of OPENERS) if (taken(opener)) return lookAround(state, flags, text);
  if (taken(/\((?!\?)/y)) {
    state.groups++;
    return inGroup(state, flags, '(');
  }
  throw fault(state, unsupported(state.pattern.slice(state.at, state.at + 4)));
}

function unsupported(start: string): string {
  if (start.startsWith('(?>')) return 'atomic groups are not supported';
  if (start.startsWith('(?(')) return 'conditional groups are not supported';
  if (/^\(\?[aiLmsux]+/.test(start)) return 'global flags not at the start of the expression';
  return `unknown extension ${start.slice(1, 3)}`;
}

function newName(state: State, name: string): string {
  state.groups++;
  if (state.names.has(name)) throw fault(state, `redefinition of group name '${name}'`);
  state.names.set(name, state.groups);
  return name;
}

function namedReference(state: State, name: string): string {
  if (!state.names.has(name)) throw fault(state, `unknown group name '${name}'`);
  return `\\k<${name}>`;
}

function inGroup(state: State, flags: Flags, opener: string): string {
  const start = state.at;
  const inside = alternatives(state, flags);
  if (state.pattern[state.at] !== ')') {
    throw new PatternError('missing ), unterminated subpattern', state.pattern, start);
  }
  state.at++;
  return `${opener}${inside})`;
}

// JavaScript refuses to repeat a lookaround; Python allows it.
function lookAround(state: State, flags: Flags, opener: string): string {
  return `(?:${inGroup(state, flags, opener)})`;
}

function scopedGroup(state: State, flags: Flags, on: string, off: string): string {
  const inside = { ...flags };
  for (const letter of on) if (letter in inside) inside[letter as keyof Flags] = true;
  if (on.includes('u')) inside.a = false;
  for (const letter of off) inside[letter as keyof Flags] = false;
  if (off.includes('i') && state.ignoreCase) throw fault(state, 'turning off i within i is not supported');
  return inGroup(state, inside, '(?:');
}

const CONTROL: Record<string, string> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function escapeText(state: State, flags: Flags): string {
  const next = state.pattern[state.at + 1];
  if (next === undefined) throw fault(state, 'bad escape (end of pattern)');
  if ('AZbB'.includes(next)) {
    state.at += 2;
    return boundary(next, flags);
  }
  if ('dDsSwW'.includes(next)) {
    state.at += 2;
    return classText([{ set: setName(next, flags.a), negated: next < 'a' }], false);
  }
  if (/[1-9]/.test(next) && !octal(state)) return numberedReference(state);
  return literal(escapedChar(state), state, flags);
}

function boundary(letter: string, flags: Flags): string {
  if (letter === 'A') return '(?:^)';
  if (letter === 'Z') return `(?:(?!${ANY}))`;
  const word = `[${SETS[setName('w', flags.a)]}]`;
  const edge = `(?<=${word})(?!${word})|(?<!${word})(?=${word})`;
  const inside = `(?<=${word})(?=${word})|(?<!${word})(?!${word})`;
  return `(?:${letter === 'b' ? edge : inside})`;
}

function setName(letter: string, ascii: boolean): SetName {
  const lower = letter.toLowerCase() as 'd' | 's' | 'w';
  return ascii ? lower : (lower.toUpperCase() as 'D' | 'S' | 'W');
}

// Three digits that are octal stand for a character, as does a leading 0.
function octal(state: State): boolean {
  return /^\\(0[0-7]{0,2}|[0-3][0-7][0-7])/.test(state.pattern.slice(state.at, state.at + 4));
}

function numberedReference(state: State): string {
  const digits = /^\d\d?/.exec(state.pattern.slice(state.at + 1))![0];
  if (Number(digits) > state.groups) throw fault(state, `invalid group reference ${digits}`);
  state.at += 1 + digits.length;
  return `(?:\\${digits})`;
}

/** The one character that an escape stands for; moves behind it. */
function escapedChar(state: State): string {
  const rest = state.pattern.slice(state.at);
  const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  const digits = /^\\(0[0-7]{0,2}|[0-3][0-7][0-7])/.exec(rest);
  const taken = code ?? digits;
  if (taken) {
    state.at += taken[0].length;
    return String.fromCodePoint(
      code ? Number.parseInt((code[1] ?? code[2] ?? code[3])!, 16) : Number.parseInt(digits![1]!, 8),
    );
  }
  const char = String.fromCodePoint(rest.codePointAt(1)!);
  if (/[a-zA-Z0-9]/.test(char) && !(char in CONTROL)) throw fault(state, `bad escape \\${char}`);
  state.at += 1 + char.length;
  return CONTROL[char] ?? char;
}

function charClass(state: State, flags: Flags): string {
  const start = state.at++;
  const negated = state.pattern[state.at] === '^';
  if (negated) state.at++;
  const items: ClassItem[] = [];
  for (let first = true; first || state.pattern[state.at] !== ']'; first = false) {
    if (state.at >= state.pattern.length) {
      throw new PatternError('unterminated character set', state.pattern, start);
    }
    items.push(classRange(state, flags));
  }
  state.at++;
  const fold = flags.i && !state.ignoreCase ? (flags.a ? 'ascii' : 'unicode') : undefined;
  return classText(items, negated, fold);
}

function classRange(state: State, flags: Flags): ClassItem {
  const from = classItem(state, flags);
  if (state.pattern[state.at] !== '-' || state.pattern[state.at + 1] === ']') return from;
  const dash = state.at++;
  if (state.at >= state.pattern.length)
    throw new PatternError('unterminated character set', state.pattern, dash);
  const to = classItem(state, flags);
  if (!('from' in from) || !('from' in to) || to.from < from.from) {
    throw new PatternError('bad character range', state.pattern, dash);
  }
  return { from: from.from, to: to.from };
}

function classItem(state: State, flags: Flags): ClassItem {
  const next = state.pattern[state.at + 1];
  if (state.pattern[state.at] === '\\' && next !== undefined) {
    if ('dDsSwW'.includes(next)) {
      state.at += 2;
      return { set: setName(next, flags.a), negated: next < 'a' };
    }
    if (next === 'b') {
      state.at += 2;
      return { from: 8, to: 8 };
    }
    const code = escapedChar(state).codePointAt(0)!;
    return { from: code, to: code };
  }
  const code = state.pattern.codePointAt(state.at);
  if (code === undefined) throw fault(state, 'unterminated character set');
  state.at += code > 0xffff ? 2 : 1;
  return { from: code, to: code };
}

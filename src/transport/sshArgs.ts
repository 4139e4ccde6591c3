import { splitWords } from '../lib/shellWords.ts';
import { UnreachableError } from '../remote/connection.ts';
import { type ConfigLine, parseConfigLine } from './configFile.ts';
import type { Target } from './target.ts';

/** Options of ssh(1) that take a value, and the directive each stands for where it has one. */
const WITH_VALUE = new Map([
  ['i', 'IdentityFile'],
  ['p', 'Port'],
  ['l', 'User'],
  ['J', 'ProxyJump'],
  ['b', 'BindAddress'],
  ...[...'BcDEeIkLmOQRSWw'].map((letter) => [letter, ''] as const),
]);
const FLAGS = new Map([
  ['4', 'AddressFamily inet'],
  ['6', 'AddressFamily inet6'],
  ['A', 'ForwardAgent yes'],
  ['a', 'ForwardAgent no'],
]);
/** Flags that change nothing about a connection that only runs programs. */
const HARMLESS_FLAGS = 'CfgKkMNnqsTtVvXxYy';

/** What stands for ssh's command line: directives that come before those of any file. */
export interface CommandLine {
  lines: ConfigLine[];
  configFile: string | undefined;
  warnings: string[];
}

/**
 * A target's own settings and its ssh arguments as directives. The target's come first: Ansible too puts port,
 * user and key before the arguments, and with ssh the first value wins.
 *
 * @throws UnreachableError where the arguments cannot be understood
 */
export function commandLine(target: Target): CommandLine {
  const own: [string, string | undefined][] = [
    ['StrictHostKeyChecking', target.hostKeyChecking === false ? 'no' : undefined],
    ['Port', target.port?.toString()],
    ['IdentityFile', target.privateKeyFile],
    ['User', target.user],
    ['ConnectTimeout', target.timeout === undefined ? undefined : String(Math.ceil(target.timeout))],
  ];
  const result: CommandLine = { lines: [], configFile: undefined, warnings: [] };
  for (const [keyword, value] of own) {
    if (value !== undefined) result.lines.push(directive(keyword, value, `inventory of ${target.host}`));
  }
  readArguments(target.sshArgs, 'ansible_ssh_args', result);
  readArguments(target.sshCommonArgs, 'ansible_ssh_common_args', result);
  readArguments(target.sshExtraArgs, 'ansible_ssh_extra_args', result);
  if (target.sshConfigFile !== undefined) result.configFile = target.sshConfigFile;
  return result;
}

function directive(keyword: string, value: string, place: string): ConfigLine {
  return { keyword: keyword.toLowerCase(), words: [value], text: value, place };
}

function readArguments(text: string | undefined, place: string, into: CommandLine): void {
  const words = wordsOf(text ?? '', place);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!/^-[^-]/.test(word)) throw new UnreachableError(`${place}: ${word} is not an option of ssh`);
    readOption(word, words, place, into);
  }
}

function readOption(word: string, rest: string[], place: string, into: CommandLine): void {
  const letter = word[1] as string;
  const attached = word.slice(2);
  const takesValue = letter === 'o' || letter === 'F' || WITH_VALUE.has(letter);
  if (!takesValue) {
    readFlag(letter, place, into);
    if (attached !== '') readOption(`-${attached}`, rest, place, into);
    return;
  }
  const value = attached === '' ? rest.shift() : attached;
  if (value === undefined) throw new UnreachableError(`${place}: -${letter} needs a value`);
  const keyword = WITH_VALUE.get(letter);
  if (letter === 'F') into.configFile = value;
  else if (keyword) into.lines.push(directive(keyword, value, place));
  else if (letter !== 'o') into.warnings.push(`${place}: -${letter} ${value} is not understood and not used`);
  else {
    const line = parseConfigLine(value, place);
    if (line) into.lines.push(line);
  }
}

function readFlag(letter: string, place: string, into: CommandLine): void {
  const meaning = FLAGS.get(letter);
  const line = meaning === undefined ? undefined : parseConfigLine(meaning, place);
  if (line) into.lines.push(line);
  else if (!HARMLESS_FLAGS.includes(letter)) {
    into.warnings.push(`${place}: -${letter} is not understood and not used`);
  }
}

function wordsOf(text: string, place: string): string[] {
  try {
    return splitWords(text);
  } catch (error) {
    throw new UnreachableError(`${place}: ${(error as Error).message}: ${text}`);
  }
}

import { UnreachableError } from '../remote/connection.ts';
import type { AlgorithmLines } from './algorithms.ts';
import type { ConfigLine } from './configFile.ts';
import { parseHop } from './hop.ts';
import { isHonoured } from './keywords.ts';
import { matchesPatternList } from './pattern.ts';
import { expandPath, expandTokens, type LocalUser, type Tokens } from './tokens.ts';

/** All that ssh_config says about one host, values expanded. */
export interface HostConfig {
  /** As it was asked for. */
  alias: string;
  /** What is dialled. */
  hostName: string;
  port: number;
  user: string;
  /** Files in the order in which they are tried. */
  identityFiles: string[];
  /** True where the files were named, false where they are ssh's default ones. */
  identityFilesNamed: boolean;
  identitiesOnly: boolean;
  /** The agent's socket; undefined: none. */
  identityAgent: string | undefined;
  /** The socket of the agent that programs on the host may use; undefined: none. */
  forwardAgent: string | undefined;
  algorithms: AlgorithmLines;
  /** Methods in the order of PreferredAuthentications, those switched off left out. */
  authentications: string[];
  /** Hops as written, the first one first. */
  proxyJump: string[];
  proxyCommand: string | undefined;
  userKnownHostsFiles: string[];
  globalKnownHostsFiles: string[];
  strictHostKeyChecking: 'yes' | 'no' | 'ask' | 'accept-new';
  hashKnownHosts: boolean;
  hostKeyAlias: string | undefined;
  /** Seconds. */
  connectTimeout: number | undefined;
  connectionAttempts: number | undefined;
  /** Seconds; 0: no keepalive. */
  serverAliveInterval: number;
  serverAliveCountMax: number;
  /** 0: either. */
  addressFamily: 0 | 4 | 6;
  bindAddress: string | undefined;
  /** Lines that are not honoured, as `place: what`. */
  warnings: string[];
}

const DEFAULT_IDENTITIES = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'];
/** The password method before keyboard-interactive, other than ssh: it is one round trip shorter. */
const DEFAULT_AUTHENTICATIONS = 'publickey,password,keyboard-interactive';

/**
 * Works out what ssh_config says about one host: ssh's command line first, then the user's file, then the
 * system's; of each directive the first value wins, IdentityFile gathers (ssh_config(5)).
 *
 * @throws UnreachableError for a value that makes no sense and for a `Match exec` that would decide
 */
export function resolveHost(alias: string, sources: ConfigLine[][], local: LocalUser): HostConfig {
  const state: Evaluation = { alias, local, values: new Map(), finalWanted: false, finalHost: undefined };
  for (const lines of sources) applyLines(lines, true, state);
  if (state.finalWanted) {
    // What was found stays; the second pass only adds to it.
    state.finalHost = hostNameOf(state);
    for (const lines of sources) applyLines(lines, true, state);
  }
  return hostConfig(state);
}

interface Evaluation {
  alias: string;
  local: LocalUser;
  values: Map<string, ConfigLine[]>;
  /** Whether a `Match final` was met, which asks for a second pass with the host's real name. */
  finalWanted: boolean;
  /** The host's real name, in that second pass. */
  finalHost: string | undefined;
}

function applyLines(lines: ConfigLine[], outer: boolean, state: Evaluation): void {
  let active = outer;
  for (const line of lines) {
    if (line.keyword === 'host') {
      active = outer && matchesPatternList(line.words, state.finalHost ?? state.alias);
    } else if (line.keyword === 'match') active = outer && matches(line, state);
    else if (line.keyword === 'include')
      for (const file of line.included ?? []) applyLines(file, active, state);
    else if (active) setValue(line, state.values);
  }
}

function setValue(line: ConfigLine, values: Map<string, ConfigLine[]>): void {
  // ProxyJump and ProxyCommand exclude each other: whichever comes first is taken.
  const rival = { proxyjump: 'proxycommand', proxycommand: 'proxyjump' }[line.keyword];
  if (rival !== undefined && values.has(rival)) return;
  const there = values.get(line.keyword);
  if (!there) values.set(line.keyword, [line]);
  else if (line.keyword === 'identityfile') there.push(line);
}

function matches(line: ConfigLine, state: Evaluation): boolean {
  const words = line.words.flatMap((word) => word.split(/=(.*)/s).filter((part) => part !== ''));
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const negated = word.startsWith('!');
    const criterion = word.slice(negated ? 1 : 0).toLowerCase();
    const needsValue = !['all', 'final', 'canonical'].includes(criterion);
    const value = needsValue ? words.shift() : '';
    if (value === undefined) throw new UnreachableError(`${line.place}: Match ${criterion} needs a value`);
    if (criterionHolds(criterion, value, line, state) === negated) return false;
  }
  return true;
}

function criterionHolds(criterion: string, value: string, line: ConfigLine, state: Evaluation): boolean {
  const patterns = value.split(',');
  switch (criterion) {
    case 'all':
      return true;
    case 'canonical':
      return false;
    case 'final':
      state.finalWanted = true;
      return state.finalHost !== undefined;
    case 'host':
      return matchesPatternList(patterns, hostNameOf(state));
    case 'originalhost':
      return matchesPatternList(patterns, state.alias);
    case 'user':
      return matchesPatternList(patterns, firstWord(state, 'user') ?? state.local.name);
    case 'localuser':
      return matchesPatternList(patterns, state.local.name);
    case 'exec':
      throw new UnreachableError(
        `${line.place}: Match exec would run a program to decide how ${state.alias} is reached, which is not done`,
        `Write a Host block for ${state.alias} above it, or set ansible_connection=openssh for this host`,
      );
    default:
      throw new UnreachableError(`${line.place}: Match ${criterion} is not understood`);
  }
}

function firstWord(state: Evaluation, keyword: string): string | undefined {
  return state.values.get(keyword)?.[0]?.words[0];
}

function hostNameOf(state: Evaluation): string {
  const name = firstWord(state, 'hostname');
  return name === undefined ? state.alias : expandTokens(name, { h: state.alias }, '');
}

function hostConfig(state: Evaluation): HostConfig {
  const { alias, local } = state;
  const hostName = hostNameOf(state);
  const port = numberOf(state, 'port', 1, 65535) ?? 22;
  const user = firstWord(state, 'user') ?? local.name;
  const jump = firstWord(state, 'proxyjump');
  const hostKeyAlias = firstWord(state, 'hostkeyalias');
  const tokens: Tokens = {
    h: hostName,
    n: alias,
    p: String(port),
    r: user,
    j: jump ?? '',
    k: hostKeyAlias ?? alias,
    u: local.name,
    d: local.home,
    i: String(local.uid),
    l: local.hostName,
    L: local.hostName.split('.')[0] ?? '',
  };
  const paths = (keyword: string, fallback: string[]) =>
    (
      state.values
        .get(keyword)
        ?.flatMap((line) => line.words.map((word) => ({ word, place: line.place }))) ?? [
        ...fallback.map((word) => ({ word, place: '' })),
      ]
    )
      .filter(({ word }) => word !== 'none')
      .map(({ word, place }) => expandPath(word, tokens, local, place));
  const command = state.values.get('proxycommand')?.[0];
  return {
    alias,
    hostName,
    port,
    user,
    identityFiles: [...new Set(paths('identityfile', DEFAULT_IDENTITIES))],
    identityFilesNamed: state.values.has('identityfile'),
    identitiesOnly: flag(state, 'identitiesonly', false),
    identityAgent: agentSocket(state, tokens),
    forwardAgent: forwardedAgent(state, tokens),
    algorithms: {
      kex: state.values.get('kexalgorithms')?.[0],
      ciphers: state.values.get('ciphers')?.[0],
      macs: state.values.get('macs')?.[0],
      hostKeys: state.values.get('hostkeyalgorithms')?.[0],
    },
    authentications: authentications(state),
    proxyJump: jumpHosts(state, jump),
    proxyCommand:
      command === undefined || command.text.toLowerCase() === 'none'
        ? undefined
        : expandTokens(command.text, tokens, command.place),
    userKnownHostsFiles: paths('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHostsFiles: paths('globalknownhostsfile', [
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ]),
    strictHostKeyChecking: strictness(state),
    hashKnownHosts: flag(state, 'hashknownhosts', false),
    hostKeyAlias,
    connectTimeout: numberOf(state, 'connecttimeout', 1, 86_400),
    connectionAttempts: numberOf(state, 'connectionattempts', 1, 1000),
    // OpenSSH has no keepalive unless told; a run would wait for a dead host until the kernel gives up.
    serverAliveInterval: numberOf(state, 'serveraliveinterval', 0, 86_400) ?? 15,
    serverAliveCountMax: numberOf(state, 'serveralivecountmax', 1, 1000) ?? 3,
    addressFamily: addressFamily(state),
    bindAddress: firstWord(state, 'bindaddress'),
    warnings: warningsOf(state),
  };
}

function jumpHosts(state: Evaluation, text: string | undefined): string[] {
  if (text === undefined || text.toLowerCase() === 'none') return [];
  const hops = text.split(',');
  if (hops.every(parseHop)) return hops;
  throw invalid(state, 'proxyjump', 'must be [user@]host[:port], or several of them with commas between');
}

function warningsOf(state: Evaluation): string[] {
  return [...state.values.values()]
    .map((lines) => lines[0] as ConfigLine)
    .filter(({ keyword }) => !isHonoured(keyword))
    .map(
      ({ keyword, text, place }) =>
        `${place}: ${keyword} ${text} is not honoured by the built-in ssh (ansible_connection=openssh does)`,
    );
}

function invalid(state: Evaluation, keyword: string, wanted: string): UnreachableError {
  const line = state.values.get(keyword)?.[0];
  return new UnreachableError(`${line?.place}: ${keyword} ${line?.text}: ${wanted}`);
}

function flag(state: Evaluation, keyword: string, fallback: boolean): boolean {
  const value = firstWord(state, keyword)?.toLowerCase();
  if (value === undefined) return fallback;
  if (['yes', 'true', 'on'].includes(value)) return true;
  if (['no', 'false', 'off'].includes(value)) return false;
  throw invalid(state, keyword, 'must be yes or no');
}

function numberOf(state: Evaluation, keyword: string, least: number, most: number): number | undefined {
  const value = firstWord(state, keyword);
  if (value === undefined || value === 'none') return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw invalid(state, keyword, `must be a whole number from ${least} to ${most}`);
}

function strictness(state: Evaluation): HostConfig['strictHostKeyChecking'] {
  const value = firstWord(state, 'stricthostkeychecking')?.toLowerCase();
  switch (value) {
    case undefined:
    case 'ask':
      return 'ask';
    case 'accept-new':
      return 'accept-new';
    case 'yes':
    case 'true':
      return 'yes';
    case 'no':
    case 'false':
    case 'off':
      return 'no';
    default:
      throw invalid(state, 'stricthostkeychecking', 'must be yes, no, ask or accept-new');
  }
}

function addressFamily(state: Evaluation): 0 | 4 | 6 {
  const families: Record<string, 0 | 4 | 6> = { any: 0, inet: 4, inet6: 6 };
  const value = firstWord(state, 'addressfamily')?.toLowerCase() ?? 'any';
  const family = families[value];
  if (family === undefined) throw invalid(state, 'addressfamily', 'must be any, inet or inet6');
  return family;
}

function agentSocket(state: Evaluation, tokens: Tokens): string | undefined {
  const line = state.values.get('identityagent')?.[0];
  const value = line?.words[0];
  if (value === undefined || value === 'SSH_AUTH_SOCK') return state.local.env.SSH_AUTH_SOCK || undefined;
  return value.toLowerCase() === 'none' ? undefined : socketPath(state, line, tokens);
}

function forwardedAgent(state: Evaluation, tokens: Tokens): string | undefined {
  const line = state.values.get('forwardagent')?.[0];
  if (!line || /^(no|false|off)$/i.test(line.text)) return undefined;
  return /^(yes|true|on)$/i.test(line.text) ? agentSocket(state, tokens) : socketPath(state, line, tokens);
}

/** A path, or the name of an environment variable after `$`. */
function socketPath(state: Evaluation, line: ConfigLine | undefined, tokens: Tokens): string | undefined {
  const value = line?.words[0] ?? '';
  const variable = /^\$(\w+)$/.exec(value)?.[1];
  if (variable !== undefined) return state.local.env[variable] || undefined;
  return expandPath(value, tokens, state.local, line?.place ?? '');
}

function authentications(state: Evaluation): string[] {
  const wanted = (firstWord(state, 'preferredauthentications') ?? DEFAULT_AUTHENTICATIONS).split(',');
  const interactive = state.values.has('kbdinteractiveauthentication')
    ? 'kbdinteractiveauthentication'
    : 'challengeresponseauthentication';
  const allowed: Record<string, boolean> = {
    // `unbound` and `host-bound` tell how agents may be forwarded, not whether keys are used.
    publickey: firstWord(state, 'pubkeyauthentication')?.toLowerCase() !== 'no',
    password: flag(state, 'passwordauthentication', true),
    'keyboard-interactive': flag(state, interactive, true),
  };
  return wanted.map((method) => method.trim().toLowerCase()).filter((method) => allowed[method] === true);
}

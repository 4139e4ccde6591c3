import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { UnreachableError } from '../remote/connection.ts';
import { type ConfigLine, readConfigFile } from './configFile.ts';
import { parseHop } from './hop.ts';
import { commandLine } from './sshArgs.ts';
import { type HostConfig, resolveHost } from './sshConfig.ts';
import type { Target } from './target.ts';
import type { LocalUser } from './tokens.ts';

const MOST_HOPS = 8;

/** What ssh_config says of the hosts of a run. */
export interface Configs {
  resolve(target: Target): Promise<HostConfig>;
  /** The jump host directly before a host: the last one of ProxyJump, itself reached through those before it. */
  hopBefore(host: HostConfig): Promise<HostConfig>;
  /** The target with what the environment says of host key checking. */
  withEnvironment(target: Target): Target;
  /** Lines that are not honoured, each once. */
  warnings: Set<string>;
}

/** ssh_config for targets and jump hosts; each file is read once. */
export function createConfigs(local: LocalUser): Configs {
  const files = new Map<string, Promise<ConfigLine[]>>();
  const warnings = new Set<string>();
  const chains = new WeakMap<HostConfig, { configFile: string | undefined; depth: number }>();

  const read = (file: string, base: string) => {
    let lines = files.get(file);
    if (!lines) {
      lines = readConfigFile(file, { home: local.home, base });
      files.set(file, lines);
    }
    return lines;
  };
  const sources = async (configFile: string | undefined) => {
    const userFolder = join(local.home, '.ssh');
    if (configFile === 'none') return [];
    if (configFile !== undefined) {
      const file = configFile.replace(/^~(?=\/)/, local.home);
      // A file that was asked for must be there, other than ssh's usual ones.
      await access(file).catch(() => {
        throw new UnreachableError(`the ssh configuration ${file} does not exist or cannot be read`);
      });
      return [await read(file, userFolder)];
    }
    return Promise.all([
      read(join(userFolder, 'config'), userFolder),
      read('/etc/ssh/ssh_config', '/etc/ssh'),
    ]);
  };
  const remember = (host: HostConfig, configFile: string | undefined, depth: number) => {
    for (const warning of host.warnings) warnings.add(warning);
    chains.set(host, { configFile, depth });
    return host;
  };

  const withEnvironment = (target: Target): Target => ({
    ...target,
    hostKeyChecking: target.hostKeyChecking ?? environmentFlag(local.env.ANSIBLE_HOST_KEY_CHECKING),
  });
  const resolve = async (target: Target): Promise<HostConfig> => {
    const own = commandLine(withEnvironment(target));
    for (const warning of own.warnings) warnings.add(warning);
    const lines = [own.lines, ...(await sources(own.configFile))];
    return withoutOwnJump(remember(resolveHost(target.host, lines, local), own.configFile, 0));
  };

  const hopBefore = async (host: HostConfig): Promise<HostConfig> => {
    const { configFile, depth } = chains.get(host) ?? { configFile: undefined, depth: 0 };
    if (depth >= MOST_HOPS) {
      throw new UnreachableError(
        `${host.alias} is behind more than ${MOST_HOPS} jump hosts`,
        'Does ProxyJump apply to the jump hosts themselves? Exclude them: Host * !JUMPHOST',
      );
    }
    const hop = parseHop(host.proxyJump.at(-1) ?? '');
    if (!hop) throw new UnreachableError(`${host.alias} has no jump host`);
    const before = host.proxyJump.slice(0, -1);
    const own = [
      ...(hop.user === undefined ? [] : [line('User', hop.user)]),
      ...(hop.port === undefined ? [] : [line('Port', hop.port)]),
      ...(before.length > 0 ? [line('ProxyJump', before.join(','))] : []),
    ];
    const resolved = resolveHost(hop.name, [own, ...(await sources(configFile))], local);
    return withoutOwnJump(remember(resolved, configFile, depth + 1));
  };
  return { resolve, hopBefore, withEnvironment, warnings };
}

function line(keyword: string, value: string): ConfigLine {
  return { keyword: keyword.toLowerCase(), words: [value], text: value, place: 'ProxyJump' };
}

/** `Host *` with a ProxyJump applies to the jump host too, which cannot be reached through itself. */
function withoutOwnJump(host: HostConfig): HostConfig {
  const hop = parseHop(host.proxyJump.at(-1) ?? '');
  const own =
    hop?.name === host.alias &&
    (hop.user ?? host.user) === host.user &&
    (hop.port ?? String(host.port)) === String(host.port);
  if (own) host.proxyJump = [];
  return host;
}

/** Ansible's words for no in the environment; anything else that is set means yes. */
function environmentFlag(text: string | undefined): boolean | undefined {
  if (text === undefined || text === '') return undefined;
  return !['0', 'false', 'no', 'off', 'n', 'f'].includes(text.toLowerCase());
}

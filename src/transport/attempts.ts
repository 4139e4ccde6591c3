import type { AnyAuthMethod, ParsedKey, Prompt } from 'ssh2';
import type { Secret } from '../lib/secret.ts';
import { UnreachableError } from '../remote/connection.ts';
import { type AgentKeys, listAgentKeys, oneKeyAgent } from './agent.ts';
import type { KeyFile, Keyring } from './keys.ts';
import type { HostConfig } from './sshConfig.ts';

/** One way to prove who we are. */
export interface Attempt {
  /** For messages: `key ~/.ssh/id_rsa`. */
  label: string;
  method: AnyAuthMethod;
  /** The private key, where one is held here. */
  key?: ParsedKey;
}

export interface Attempts {
  list: Attempt[];
  /** What was there and could not be used, with the reason. */
  skipped: string[];
}

/** Where the keys of a run come from. */
export interface Identities {
  keyring: Keyring;
  agent(socket: string): Promise<AgentKeys>;
}

export function createIdentities(keyring: Keyring): Identities {
  const agents = new Map<string, Promise<AgentKeys>>();
  const agent = (socket: string) => {
    let keys = agents.get(socket);
    if (!keys) {
      keys = listAgentKeys(socket);
      agents.set(socket, keys);
    }
    return keys;
  };
  return { keyring, agent };
}

/**
 * All that can be tried at a host, in order: named key files (signed for by the agent where it holds them), the
 * agent's other keys, ssh's default key files, the password. Each refused key costs a round trip and one of the
 * server's few tries, so the likeliest come first; ssh itself tries the agent's other keys before named files.
 *
 * @param requiredKey a file that must be usable, since the inventory or the command line names it
 * @throws UnreachableError where that file cannot be used
 */
export async function attemptsFor(
  host: HostConfig,
  identities: Identities,
  password: Secret | undefined,
  requiredKey: string | undefined,
): Promise<Attempts> {
  const result: Attempts = { list: [], skipped: [] };
  for (const method of host.authentications) {
    if (method === 'publickey') await addKeys(host, identities, requiredKey, result);
    if (method === 'password' && password) result.list.push(passwordAttempt(host.user, password));
    if (method === 'keyboard-interactive' && password) {
      result.list.push(interactiveAttempt(host.user, password));
    }
  }
  if (result.list.length === 0) {
    result.list.push({ label: 'no key and no password', method: { type: 'none', username: host.user } });
  }
  return result;
}

async function addKeys(
  host: HostConfig,
  identities: Identities,
  requiredKey: string | undefined,
  result: Attempts,
): Promise<void> {
  const files = await Promise.all(host.identityFiles.map((path) => identities.keyring.read(path)));
  const held = host.identityAgent === undefined ? undefined : await identities.agent(host.identityAgent);
  if (held?.problem !== undefined) result.skipped.push(held.problem);
  const fromFiles: Attempt[] = [];
  for (const file of files) {
    const attempt =
      agentAttempt(file, held, host.user) ??
      (await fileAttempt(file, host, identities.keyring, result, requiredKey));
    if (attempt) fromFiles.push(attempt);
    else if (file.path === requiredKey) throw await unusableKey(file, identities.keyring);
  }
  for (const { path, certificate } of files) {
    if (certificate)
      result.skipped.push(
        `${path}-cert.pub is a certificate, for which ansible_connection=openssh is needed`,
      );
  }
  const others = host.identitiesOnly ? [] : otherAgentKeys(files, held, host.user);
  result.list.push(...(host.identityFilesNamed ? [...fromFiles, ...others] : [...others, ...fromFiles]));
}

function agentAttempt(file: KeyFile, held: AgentKeys | undefined, username: string): Attempt | undefined {
  const { publicKey } = file;
  const key = publicKey && held?.keys.find((candidate) => candidate.getPublicSSH().equals(publicKey));
  return key && held ? fromAgent(held, key, username) : undefined;
}

function fromAgent(held: AgentKeys, key: ParsedKey, username: string): Attempt {
  const agent = oneKeyAgent(held.agent, key);
  return {
    label: `the agent's key ${key.comment || key.type}`,
    method: { type: 'agent', username, agent },
  };
}

function otherAgentKeys(files: KeyFile[], held: AgentKeys | undefined, username: string): Attempt[] {
  if (!held) return [];
  return held.keys
    .filter((key) => !files.some((file) => file.publicKey?.equals(key.getPublicSSH())))
    .map((key) => fromAgent(held, key, username));
}

async function fileAttempt(
  file: KeyFile,
  host: HostConfig,
  keyring: Keyring,
  result: Attempts,
  requiredKey: string | undefined,
): Promise<Attempt | undefined> {
  // An encrypted default key is only asked for where it is named: it may have nothing to do with this host.
  const wanted = host.identityFilesNamed || file.path === requiredKey;
  const usable = file.encrypted && wanted ? await keyring.decrypt(file.path) : file;
  if (usable.privateKey) {
    return {
      label: `key ${file.path}`,
      method: { type: 'publickey', username: host.user, key: usable.privateKey },
      key: usable.privateKey,
    };
  }
  const problem = usable.encrypted ? 'is encrypted and not in the agent' : usable.problem;
  if (problem !== 'missing' || host.identityFilesNamed)
    result.skipped.push(`${file.path} ${wording(problem)}`);
  return undefined;
}

function wording(problem: string | undefined): string {
  return problem === 'missing' ? 'does not exist' : (problem ?? 'cannot be used');
}

async function unusableKey(file: KeyFile, keyring: Keyring): Promise<UnreachableError> {
  const { problem, hint } = await keyring.decrypt(file.path);
  return new UnreachableError(
    `the private key ${file.path} ${wording(problem)}`,
    hint ?? 'Check ansible_private_key_file or --private-key',
  );
}

function passwordAttempt(username: string, password: Secret): Attempt {
  return { label: 'the password', method: { type: 'password', username, password: password.reveal() } };
}

/** Answers every prompt that does not echo, as PAM asks for the password; once, so that no account is locked. */
function interactiveAttempt(username: string, password: Secret): Attempt {
  const prompt = (
    _name: string,
    _instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ) => finish(prompts.map(({ echo }) => (echo ? '' : password.reveal())));
  return {
    label: 'the password (keyboard-interactive)',
    method: { type: 'keyboard-interactive', username, prompt },
  };
}

import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';

/** What an ssh-agent holds; `problem` where it does not answer. */
export interface AgentKeys {
  agent: BaseAgent;
  keys: ParsedKey[];
  problem?: string;
}

/** Milliseconds an agent has to list its keys. */
const AGENT_TIMEOUT = 5000;

/** Asks an agent for its keys. Certificates and FIDO keys are left out: ssh2 cannot use them. */
export function listAgentKeys(socket: string): Promise<AgentKeys> {
  const agent = ssh2.createAgent(socket);
  return new Promise((resolve) => {
    const give = (keys: ParsedKey[], problem?: string) => {
      clearTimeout(timer);
      resolve({ agent, keys, ...(problem !== undefined && { problem }) });
    };
    const timer = setTimeout(
      () => give([], `the agent at ${socket} did not answer within ${AGENT_TIMEOUT / 1000} s`),
      AGENT_TIMEOUT,
    );
    agent.getIdentities((error, keys) => {
      if (error) give([], `the agent at ${socket} does not answer`);
      else give((keys ?? []).map((key) => ssh2.utils.parseKey(key as Buffer)).filter(isKey));
    });
  });
}

function isKey(key: ParsedKey | Error): key is ParsedKey {
  return !(key instanceof Error);
}

/**
 * An agent that offers one of its keys. ssh2 tries all the keys of an agent in one go; one at a time they can be
 * put in order with the key files, and IdentitiesOnly can leave the others out.
 */
class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #key: ParsedKey;

  constructor(agent: BaseAgent, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(callback: Parameters<BaseAgent<ParsedKey>['getIdentities']>[0]): void {
    callback(undefined, [this.#key]);
  }

  override sign(...args: unknown[]): void {
    (this.#agent.sign as (...args: unknown[]) => void).apply(this.#agent, args);
  }
}

export function oneKeyAgent(agent: BaseAgent, key: ParsedKey): BaseAgent {
  return new OneKeyAgent(agent, key) as unknown as BaseAgent;
}

/** One jump host as it is written in ProxyJump. */
export interface Hop {
  name: string;
  user: string | undefined;
  port: string | undefined;
}

/** Reads `[user@]host[:port]` or `ssh://[user@]host[:port]`; undefined where it is neither. */
export function parseHop(text: string): Hop | undefined {
  const parts = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^\s:[\]]+)(?::(\d+))?\/?$/.exec(text.trim());
  const [, user, name, port] = parts ?? [];
  return name === undefined ? undefined : { name: name.replace(/^\[|\]$/g, ''), user, port };
}

import type { Client } from 'ssh2';
import type { HostConfig } from './sshConfig.ts';

/** An authenticated connection, for programs and for connections to hosts behind it. */
export interface SshClient {
  host: HostConfig;
  client: Client;
  /** Settles when the connection is gone, with the reason where it was not `close`. */
  gone: Promise<string | undefined>;
  close(): Promise<void>;
  /** As `close`, without waiting for the host. */
  leave(): Promise<void>;
}

import type { Secret } from '../lib/secret.ts';

/** How one host is reached, as the inventory and the command line say; what is left out comes from ssh_config. */
export interface Target {
  /** `ansible_connection`: `ssh2` is what `ssh`, `smart` and `paramiko` mean here. */
  transport: 'ssh2' | 'openssh' | 'local';
  /** What is dialled and looked up in ssh_config: `ansible_host`, or the name in the inventory. */
  host: string;
  port?: number | undefined;
  user?: string | undefined;
  /** `ansible_private_key_file`; a leading `~` is the home of whoever runs this. */
  privateKeyFile?: string | undefined;
  password?: Secret | undefined;
  /** `ansible_ssh_args`, `ansible_ssh_common_args` and `ansible_ssh_extra_args`, as one would type them after `ssh`. */
  sshArgs?: string | undefined;
  sshCommonArgs?: string | undefined;
  sshExtraArgs?: string | undefined;
  /** Seconds until connected and authenticated, for each attempt; default: ConnectTimeout, else 10. */
  timeout?: number | undefined;
  /** Further attempts after a network error; default: ConnectionAttempts - 1, else 2. */
  retries?: number | undefined;
  /** `ansible_host_key_checking`; false accepts a key never seen, and still refuses one that changed. */
  hostKeyChecking?: boolean | undefined;
  /** Read instead of ~/.ssh/config and /etc/ssh/ssh_config, as `ssh -F`; `none` reads no file. */
  sshConfigFile?: string | undefined;
}

import { UnreachableError } from '../remote/connection.ts';
import type { HostConfig } from './sshConfig.ts';

/** A failure of the network or a busy server: another attempt may succeed. */
export class NetworkFailure extends UnreachableError {}

/** The host ended the connection in the midst of the authentication. */
export class LoginCut extends NetworkFailure {}

type NodeError = Error & { code?: string | number; level?: string; errors?: NodeError[] };

/** `web1`, or `web1 (10.0.0.1 port 2222)` where that says more. */
export function describeHost(host: HostConfig): string {
  const address = host.hostName === host.alias ? '' : host.hostName;
  const port = host.port === 22 ? '' : `port ${host.port}`;
  const more = `${address} ${port}`.trim();
  return more === '' ? host.alias : `${host.alias} (${more})`;
}

/** Why no connection to the port came about. */
export function socketFailure(error: NodeError, host: HostConfig, seconds: number): UnreachableError {
  const who = describeHost(host);
  const code = error.code ?? error.errors?.[0]?.code;
  switch (code) {
    case 'ECONNREFUSED':
      return new NetworkFailure(
        `${who} refuses connections to port ${host.port}`,
        'Is sshd running there, and is the port right (ansible_port)?',
      );
    case 'ETIMEDOUT':
      return new NetworkFailure(
        `${who} did not answer within ${seconds} s`,
        `Check the address ${host.hostName}, and firewalls on the way to port ${host.port}`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return new NetworkFailure(
        `there is no route to ${who}`,
        `Check the address ${host.hostName} and whether the host is up`,
      );
    case 'EAI_AGAIN':
      return new NetworkFailure(
        `the name ${host.hostName} could not be looked up just now`,
        'Check the name server this machine uses',
      );
    case 'ENOTFOUND':
      return new UnreachableError(
        `the name ${host.hostName} is not known`,
        `Set ansible_host for ${host.alias}, or HostName in ~/.ssh/config`,
      );
    default:
      return new NetworkFailure(`${who}: ${error.message || String(code)}`);
  }
}

/** Where an SSH handshake stood when it failed. */
export interface HandshakeState {
  /** What authentication has been through, and what the server still takes. */
  tried: string[];
  skipped: string[];
  serverTakes: string[] | undefined;
}

/** Why the handshake or the authentication failed. */
export function handshakeFailure(
  error: NodeError,
  host: HostConfig,
  state: HandshakeState,
  seconds: number,
): UnreachableError {
  const who = describeHost(host);
  if (error.level === 'client-authentication' || /too many authentication/i.test(error.message)) {
    return authenticationFailure(error, host, state);
  }
  if (error.level === 'client-timeout') {
    return new NetworkFailure(
      `${who} took the connection but did not finish ${state.tried.length > 0 ? 'the authentication' : 'the SSH handshake'} within ${seconds} s`,
      'Is it sshd that listens there? A longer time can be set with --timeout',
    );
  }
  if (/no matching/i.test(error.message)) {
    return new UnreachableError(
      `${who} and this program have no algorithm in common: ${error.message.replace(/^Handshake failed: /, '')}`,
      'Set ansible_connection=openssh for this host: the ssh program knows older algorithms',
    );
  }
  if (state.tried.length === 0) {
    return new NetworkFailure(
      `${who} closed the connection before the SSH handshake was done (${error.message})`,
      'sshd may be starting, may have too many connections (MaxStartups), or something else listens on that port',
    );
  }
  return new LoginCut(
    `${who} closed the connection while user ${host.user} was authenticated (${error.message})`,
    `sshd's log on the host (journalctl -u ssh) says why`,
  );
}

function authenticationFailure(error: NodeError, host: HostConfig, state: HandshakeState): UnreachableError {
  const tried = state.tried.length > 0 ? ` Tried: ${state.tried.join(', ')}.` : '';
  const skipped = state.skipped.length > 0 ? ` Not tried: ${state.skipped.join('; ')}.` : '';
  const takes = state.serverTakes ? ` The server takes: ${state.serverTakes.join(', ')}.` : '';
  return new UnreachableError(
    `${describeHost(host)} does not let user ${host.user} in.${tried}${skipped}${takes}`,
    /too many authentication/i.test(error.message)
      ? 'Too many keys were offered: name one with ansible_private_key_file, or set IdentitiesOnly yes'
      : authenticationHint(host, state),
  );
}

function authenticationHint(host: HostConfig, state: HandshakeState): string {
  if (state.serverTakes && !state.serverTakes.includes('publickey')) return 'Give a password with -k';
  return `Is a key of yours in ~${host.user}/.ssh/authorized_keys there? Name user and key with ansible_user and ansible_private_key_file, or give a password with -k`;
}

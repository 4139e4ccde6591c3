import { createHash } from 'node:crypto';
import { mysqlText } from '../../lib/mysqlClient.ts';
import type { Reads } from '../reads.ts';
import { type MysqlClient, mysqlRows } from './client.ts';
import { type Privileges, shownPrivileges } from './privileges.ts';

/** What connections of an account need: SSL and X509 stand alone, the others have a value. */
export type Requirements = Record<string, string>;

export interface Account {
  host: string;
  /** As mysql_native_password stores it: `*` and 40 hexadecimal digits. */
  hash: string;
  requires: Requirements;
  privileges: Privileges;
}

/** `'user'@'host'` */
export function accountName(user: string, host: string): string {
  return `${mysqlText(user)}@${mysqlText(host)}`;
}

/** The accounts of a user: at one host, or at all. */
export async function readAccounts(
  user: string,
  at: string | undefined,
  client: MysqlClient,
  host: Reads,
): Promise<Account[]> {
  const where = at === undefined ? '' : ` AND host = ${mysqlText(at)}`;
  const query = `SELECT host, authentication_string, ssl_type, ssl_cipher, x509_issuer, x509_subject FROM mysql.user WHERE user = ${mysqlText(user)}${where}`;
  const rows = await mysqlRows(client, query, host);
  return Promise.all(
    rows.map(async ([name = '', hash = '', ...ssl]) => {
      const grants = await mysqlRows(client, `SHOW GRANTS FOR ${accountName(user, name)}`, host);
      const privileges = shownPrivileges(grants.map(([line]) => line!));
      return { host: name, hash, requires: requirementsOf(ssl), privileges };
    }),
  );
}

function requirementsOf([type = '', CIPHER = '', ISSUER = '', SUBJECT = '']: string[]): Requirements {
  if (type === 'ANY') return { SSL: '' };
  if (type === 'X509') return { X509: '' };
  const named = Object.entries({ CIPHER, ISSUER, SUBJECT });
  return type === 'SPECIFIED' ? Object.fromEntries(named.filter(([, value]) => value !== '')) : {};
}

/** What a playbook asks of connections: one of SSL and X509, or the others. */
export function wantedRequirements(asked: Record<string, unknown> | undefined): Requirements {
  const given = new Map(
    Object.entries(asked ?? {}).map(([name, value]) => [name.toUpperCase(), String(value)]),
  );
  for (const alone of ['X509', 'SSL']) if (given.size === 1 && given.has(alone)) return { [alone]: '' };
  return Object.fromEntries([...given].filter(([name]) => /^(CIPHER|ISSUER|SUBJECT)$/.test(name)));
}

export function requireClause(requires: Requirements): string {
  const words = Object.entries(requires).map(([name, value]) =>
    value === '' ? name : `${name} ${mysqlText(value)}`,
  );
  return `REQUIRE ${words.join(' AND ') || 'NONE'}`;
}

export function passwordHash(password: string): string {
  const sha1 = (bytes: string | Buffer) => createHash('sha1').update(bytes).digest();
  return `*${sha1(sha1(password)).toString('hex').toUpperCase()}`;
}

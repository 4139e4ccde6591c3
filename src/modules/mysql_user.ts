import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { mysqlText } from '../lib/mysqlClient.ts';
import { defineModule } from '../module/define.ts';
import {
  type Account,
  accountName,
  passwordHash,
  readAccounts,
  requireClause,
  wantedRequirements,
} from '../module/mysql/account.ts';
import { type MysqlClient, mysqlClient, mysqlLogin, mysqlStep } from '../module/mysql/client.ts';
import {
  grantStatements,
  type PrivilegeMode,
  privilegeStatements,
  wantedPrivileges,
} from '../module/mysql/privileges.ts';
import { ansibleBool, ansibleDict, ansibleText, choice, rawValue } from '../module/params.ts';
import { type Change, changes, failed } from '../module/plan.ts';

interface AccountChange extends Change {
  statements: string[];
  client: MysqlClient;
}

const params = z
  .strictObject({
    name: ansibleText().describe('The user; an empty name is the anonymous user.'),
    password: ansibleText().optional().describe('The password; left out, it stays as it is.'),
    encrypted: ansibleBool().default(false).describe('The password is given as its hash: *6C8989366EAF...'),
    host: ansibleText().default('localhost').describe('Where the user logs in from.'),
    host_all: ansibleBool().default(false).describe('All accounts of that name, wherever from.'),
    state: choice(['absent', 'present']).default('present').describe('What shall be.'),
    priv: rawValue().optional().describe('Privileges: db.table:SELECT,INSERT/other.*:ALL, or a dictionary.'),
    append_privs: ansibleBool().default(false).describe('Keep privileges that are not named.'),
    subtract_privs: ansibleBool().default(false).describe('Take the named privileges away.'),
    update_password: choice(['always', 'on_create']).default('always').describe('When the password is set.'),
    tls_requires: ansibleDict()
      .optional()
      .describe('What connections need: SSL, X509, CIPHER, ISSUER, SUBJECT.'),
    column_case_sensitive: ansibleBool()
      .optional()
      .describe('Has no effect: MySQL knows columns in any case.'),
    ...mysqlLogin,
  })
  .refine(({ append_privs, subtract_privs }) => !(append_privs && subtract_privs), {
    error: 'parameters are mutually exclusive: append_privs|subtract_privs',
  })
  .refine(({ encrypted, password }) => !encrypted || !password || /^\*[0-9A-F]{40}$/i.test(password), {
    error: 'password is not such a hash: * and 40 hexadecimal digits',
  });

type Params = z.infer<typeof params>;

export default defineModule({
  name: 'mysql_user',
  collection: 'community.mysql',
  doc: `Creates, changes and drops users of MySQL and MariaDB with their privileges, by the client mysql on the host.

Passwords are those of mysql_native_password.`,
  aliases: { user: 'name' },
  params,
  async read(given, host): Promise<{ client: MysqlClient; accounts: Account[] }> {
    const client = await mysqlClient(given, host);
    const at = given.host_all ? undefined : given.host.toLowerCase();
    return { client, accounts: await readAccounts(given.name, at, client, host) };
  },
  plan(given, { client, accounts }) {
    const { name, state, host_all } = given;
    const told = (msg: string, password_changed: boolean) => ({
      user: name,
      msg,
      password_changed,
      attributes: null,
    });
    const change = (summary: string, statements: string[]): AccountChange[] =>
      statements.length === 0 ? [] : [{ summary, statements, client }];
    if (state === 'absent') {
      const drops = accounts.map(({ host }) => `DROP USER ${accountName(name, host)}`);
      return changes(
        change(`drop user ${name}`, drops),
        told(drops.length > 0 ? 'User deleted' : "User doesn't exist", false),
      );
    }
    if (accounts.length > 0) {
      const due = accounts.map((account) => alterations(given, account));
      const list = change(
        `change user ${name}`,
        due.flatMap(({ statements }) => statements),
      );
      const password = due.some((one) => one.password);
      return changes(list, told(list.length > 0 ? messageOf(password) : 'User unchanged', password));
    }
    if (host_all) return failed('host_all parameter cannot be used when adding a user');
    return changes(change(`create user ${name}`, creation(given)), told('User added', true));
  },
  steps: ({ statements, client, summary }: AccountChange, given) => [
    mysqlStep(client, statements, given, summary),
  ],
});

function messageOf(password: boolean): string {
  return password ? 'Password updated (new style)' : 'Privileges updated';
}

function hashOf({ password, encrypted }: Params): string | undefined {
  if (!password) return undefined;
  return encrypted ? password.toUpperCase() : passwordHash(password);
}

function identified(hash: string): string {
  return `IDENTIFIED WITH mysql_native_password AS ${mysqlText(hash)}`;
}

function creation(given: Params): string[] {
  const account = accountName(given.name, given.host.toLowerCase());
  const hash = hashOf(given);
  const requires = wantedRequirements(given.tls_requires);
  const words = [
    `CREATE USER ${account}`,
    ...(hash === undefined ? [] : [identified(hash)]),
    ...(Object.keys(requires).length > 0 ? [requireClause(requires)] : []),
  ];
  const isGranted = given.priv !== undefined && !given.subtract_privs;
  const wanted = isGranted ? wantedPrivileges(given.priv) : new Map();
  return [words.join(' '), ...grantStatements(wanted, account)];
}

function alterations(given: Params, there: Account): { statements: string[]; password: boolean } {
  const account = accountName(given.name, there.host);
  const hash = given.update_password === 'always' ? hashOf(given) : undefined;
  const password = hash !== undefined && hash !== there.hash.toUpperCase();
  const requires = wantedRequirements(given.tls_requires);
  const statements = [
    ...(password ? [`ALTER USER ${account} ${identified(hash)}`] : []),
    ...(isDeepStrictEqual(requires, there.requires)
      ? []
      : [`ALTER USER ${account} ${requireClause(requires)}`]),
    ...privilegeChanges(given, there, account),
  ];
  return { statements, password };
}

function privilegeChanges(given: Params, there: Account, account: string): string[] {
  if (given.priv === undefined) return [];
  const mode: PrivilegeMode = given.append_privs ? 'append' : given.subtract_privs ? 'subtract' : 'replace';
  const wanted = wantedPrivileges(given.priv);
  // What root may do with things that are not named is never taken away.
  const known =
    given.name === 'root'
      ? new Map([...there.privileges].filter(([of]) => wanted.has(of)))
      : there.privileges;
  return privilegeStatements(known, wanted, account, mode);
}

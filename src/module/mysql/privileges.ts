import { mysqlName } from '../../lib/mysqlClient.ts';

/** What may be done with what: '`shop`.*' -> 'SELECT', 'INSERT (A, B)', 'GRANT' ... All in capital letters. */
export type Privileges = Map<string, string[]>;

const NOTHING = 'USAGE';

/** Privileges as a playbook writes them: `shop.*:ALL,GRANT/other.t:SELECT(a,b)`, or a dictionary of the same. */
export function wantedPrivileges(priv: unknown): Privileges {
  const items =
    typeof priv === 'object' && priv !== null
      ? Object.entries(priv).map(([of, rights]) => `${of}:${rights}`)
      : String(priv).trim().split('/');
  const wanted: Privileges = new Map();
  for (const item of items) {
    const colon = item.lastIndexOf(':');
    if (colon < 0) throw new Error(`priv needs the form db.table:PRIVILEGE,PRIVILEGE: "${item}"`);
    wanted.set(objectName(item.slice(0, colon).trim()), listed(item.slice(colon + 1)));
  }
  return wanted;
}

/** Privileges as `SHOW GRANTS` prints them. Lines about roles and proxies are left out. */
export function shownPrivileges(lines: string[]): Privileges {
  const shown: Privileges = new Map();
  for (const line of lines) {
    const [, rights, of, rest] = /^GRANT (.+?) ON (.+?) TO [`'"].*?[`'"]@[`'"].*?[`'"](.*)$/.exec(line) ?? [];
    if (rights === undefined || of === undefined || rights === 'PROXY') continue;
    const all = listed(rights);
    shown.set(of, /WITH GRANT OPTION/.test(rest ?? '') ? [...all, 'GRANT'] : all);
  }
  return shown;
}

function objectName(text: string): string {
  const [, kind = '', name = ''] = /^((?:FUNCTION|PROCEDURE) )?(.*)$/.exec(text) ?? [];
  const dot = name.lastIndexOf('.');
  const sides = dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
  const quoted = sides.map((side) => {
    const bare = side.trim().replace(/^`|`$/g, '');
    return bare === '*' ? bare : mysqlName(bare);
  });
  return kind + quoted.join('.');
}

// Columns stand in brackets, with commas between them too.
function listed(rights: string): string[] {
  return rights.split(/,(?![^(]*\))/).map((right) => {
    const [, name = '', columns] = /^\s*([^(]*?)\s*(?:\((.*)\))?\s*$/.exec(right.toUpperCase()) ?? [];
    const verb = name === 'ALL PRIVILEGES' ? 'ALL' : name;
    if (columns === undefined) return verb;
    const names = columns.split(',').map((column) => column.trim().replace(/^`|`$/g, ''));
    return `${verb} (${names.sort().join(', ')})`;
  });
}

export type PrivilegeMode = 'replace' | 'append' | 'subtract';

/** The statements that lead from what is there to what is wanted; `account` is 'user'@'host', quoted. */
export function privilegeStatements(
  there: Privileges,
  wanted: Privileges,
  account: string,
  mode: PrivilegeMode,
): string[] {
  const objects = new Set([...there.keys(), ...wanted.keys()]);
  return [...objects].flatMap((of) => {
    const has = real(there.get(of));
    const wants = real(wanted.get(of));
    const missing = wants.filter((right) => !has.includes(right));
    const extra = has.filter((right) => !wants.includes(right));
    if (mode === 'append') return grant(missing, of, account);
    if (mode === 'subtract')
      return revoke(
        has.filter((right) => wants.includes(right)),
        of,
        account,
      );
    // All of them leave nothing to revoke but the right to grant.
    const revoked = missing.includes('ALL') ? extra.filter((right) => right === 'GRANT') : extra;
    return [...revoke(revoked, of, account), ...grant(missing, of, account)];
  });
}

/** The statements for a new account: whatever is not said, it may log in. */
export function grantStatements(wanted: Privileges, account: string): string[] {
  return [...wanted].flatMap(([of, rights]) => grant(real(rights), of, account));
}

function real(rights: string[] = []): string[] {
  return rights.filter((right) => right !== NOTHING);
}

function grant(rights: string[], of: string, account: string): string[] {
  if (rights.length === 0) return [];
  const named = rights.filter((right) => right !== 'GRANT');
  const option = rights.includes('GRANT') ? ' WITH GRANT OPTION' : '';
  return [`GRANT ${named.join(', ') || NOTHING} ON ${of} TO ${account}${option}`];
}

function revoke(rights: string[], of: string, account: string): string[] {
  const named = rights.filter((right) => right !== 'GRANT');
  return [
    ...(rights.includes('GRANT') ? [`REVOKE GRANT OPTION ON ${of} FROM ${account}`] : []),
    ...(named.length > 0 ? [`REVOKE ${named.join(', ')} ON ${of} FROM ${account}`] : []),
  ];
}

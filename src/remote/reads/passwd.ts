import { shellWords } from '../../lib/shell.ts';
import type { Group, Passwd } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';
import { groupLines } from './group.ts';

const RECORD = '\x1e';

/** Users by name or number: their passwd fields, the groups that list them, and the shadow fields where the reader may see them. */
export const passwd = definePrimitive('passwd', {
  script(asked) {
    const keys = shellWords(asked.map((one) => ('uid' in one ? String(one.uid) : one.name)));
    return `getent passwd -- ${keys}\nprintf '\\036'\ngetent group\nprintf '\\036'\ngetent shadow -- ${keys}`;
  },
  parse({ stdout }, asked) {
    const [passwd, group, shadow] = stdout.toString().split(RECORD);
    const users = fieldsByKey(passwd, 0);
    const numbers = fieldsByKey(passwd, 2);
    const shadows = fieldsByKey(shadow, 0);
    const groups = groupLines(group ?? '');
    // getent takes a name of digits for a number: only what is equal counts.
    return asked.map((one) => {
      const fields = 'uid' in one ? numbers.get(String(one.uid)) : users.get(one.name);
      return fields && user(fields, groups, 'uid' in one ? undefined : shadows.get(one.name));
    });
  },
  paths: () => ['/etc/passwd', '/etc/group', '/etc/shadow'],
});

function fieldsByKey(text = '', key: number): Map<string, string[]> {
  const lines = text.split('\n').map((line) => line.split(':'));
  return new Map(lines.flatMap((fields) => (fields[key] ? [[fields[key], fields]] : [])));
}

function user(fields: string[], groups: Group[], shadow: string[] | undefined): Passwd {
  const [name = '', , uid, gid, gecos = '', home = '', shell = ''] = fields;
  const listed = groups.filter((group) => group.members.includes(name)).map((group) => group.name);
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    gecos,
    home,
    shell,
    groups: listed.sort(),
    group: groups.find((group) => group.gid === Number(gid))?.name ?? String(gid),
    ...(shadow && { shadow: shadowFields(shadow) }),
  };
}

// name:password:last change:min:max:warn:inactive:expires:reserved, days; empty is not set
function shadowFields(fields: string[]): NonNullable<Passwd['shadow']> {
  const names = ['lastChange', 'min', 'max', 'warn', 'inactive', 'expires'] as const;
  const days = names.flatMap((name, i) => {
    const text = fields[i + 2];
    return text ? [[name, Number(text)]] : [];
  });
  return { password: fields[1] ?? '', ...Object.fromEntries(days) };
}

import { shellWords } from '../../lib/shell.ts';
import type { Group, Passwd } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';
import { groupLines } from './group.ts';

const RECORD = '\x1e';

/** Users by name: their passwd fields, the groups that list them, and the shadow fields where the reader may see them. */
export const passwd = definePrimitive('passwd', {
  script(asked) {
    const names = shellWords(asked.map(({ name }) => name));
    return `getent passwd -- ${names}\nprintf '\\036'\ngetent group\nprintf '\\036'\ngetent shadow -- ${names}`;
  },
  parse({ stdout }, asked) {
    const [passwd, group, shadow] = stdout.toString().split(RECORD);
    const users = fieldsByName(passwd);
    const shadows = fieldsByName(shadow);
    const groups = groupLines(group ?? '');
    return asked.map(({ name }) => {
      const fields = users.get(name);
      return fields && user(fields, groups, shadows.get(name));
    });
  },
  paths: () => ['/etc/passwd', '/etc/group', '/etc/shadow'],
});

function fieldsByName(text = ''): Map<string, string[]> {
  return new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.split(':')]));
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

import { shellWords } from '../../lib/shell.ts';
import type { Group } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

const RECORD = '\x1e';

/** Lines of group(5). */
export function groupLines(text: string): Group[] {
  return text.split('\n').flatMap((line) => {
    const [name, , gid, members] = line.split(':');
    return name && gid
      ? [{ name, gid: Number(gid), members: (members ?? '').split(',').filter(Boolean) }]
      : [];
  });
}

/** Groups by name or number, from whatever the host's name service knows; all users only where asked for. */
export const group = definePrimitive('group', {
  script(asked) {
    const keys = shellWords(asked.map((one) => ('gid' in one ? String(one.gid) : one.name)));
    const users = asked.some((one) => 'primaryOf' in one) ? `\nprintf '\\036'\ngetent passwd` : '';
    return `getent group -- ${keys}${users}`;
  },
  parse({ stdout }, asked) {
    const [printed = '', users = ''] = stdout.toString().split(RECORD);
    const groups = groupLines(printed);
    // getent takes a name of digits for a number: only what is equal counts.
    return asked.map((one) => {
      const found = groups.find(({ name, gid }) => ('gid' in one ? gid === one.gid : name === one.name));
      return found && 'primaryOf' in one ? { ...found, primaryOf: usersOf(found.gid, users) } : found;
    });
  },
  paths: (of) => ('primaryOf' in of ? ['/etc/group', '/etc/passwd'] : ['/etc/group']),
});

function usersOf(gid: number, passwd: string): string[] {
  const users = passwd.split('\n').map((line) => line.split(':'));
  return users.flatMap(([name = '', , , primary]) => (primary === String(gid) ? [name] : []));
}

import { shellWords } from '../../lib/shell.ts';
import type { Group } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

/** Lines of group(5). */
export function groupLines(text: string): Group[] {
  return text.split('\n').flatMap((line) => {
    const [name, , gid, members] = line.split(':');
    return name && gid
      ? [{ name, gid: Number(gid), members: (members ?? '').split(',').filter(Boolean) }]
      : [];
  });
}

/** Groups by name or number, from whatever the host's name service knows. */
export const group = definePrimitive('group', {
  script: (asked) =>
    `getent group -- ${shellWords(asked.map((one) => ('gid' in one ? String(one.gid) : one.name)))}`,
  parse({ stdout }, asked) {
    const groups = groupLines(stdout.toString());
    // getent takes a name of digits for a number: only what is equal counts.
    return asked.map((one) =>
      groups.find(({ name, gid }) => ('gid' in one ? gid === one.gid : name === one.name)),
    );
  },
  paths: () => ['/etc/group'],
});

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

/** Groups by name, from whatever the host's name service knows. */
export const group = definePrimitive('group', {
  script: (asked) => `getent group -- ${shellWords(asked.map(({ name }) => name))}`,
  parse({ stdout }, asked) {
    const groups = groupLines(stdout.toString());
    // getent also finds numbers: only a name that is equal counts.
    return asked.map(({ name }) => groups.find((group) => group.name === name));
  },
  paths: () => ['/etc/group'],
});

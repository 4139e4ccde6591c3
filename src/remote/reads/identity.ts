import { definePrimitive } from '../primitive.ts';

/** Who reads and writes on this channel. It cannot change while the channel stands. */
export const identity = definePrimitive('identity', {
  script: () => `id\numask\nprintf '%s' "$HOME"`,
  parse({ stdout }, asked) {
    const [id = '', umask = '', ...home] = stdout.toString().split('\n');
    const [uid, owner] = numberAndName('uid', id);
    const [gid, group] = numberAndName('gid', id);
    const groups = [...(/groups=(\S+)/.exec(id)?.[1] ?? '').matchAll(/(\d+)(?:\(|,|$)/g)].map(([, one]) =>
      Number(one),
    );
    const found = { uid, gid, owner, group, groups, umask: Number.parseInt(umask, 8), home: home.join('\n') };
    return asked.map(() => found);
  },
  paths: () => [],
});

// `uid=1000(deploy)`, or without a name where the host knows none.
function numberAndName(field: string, id: string): [number, string] {
  const [, number = '', name] = new RegExp(`\\b${field}=(\\d+)(?:\\(([^)]*)\\))?`).exec(id) ?? [];
  return [Number(number), name ?? number];
}

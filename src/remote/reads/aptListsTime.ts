import { definePrimitive } from '../primitive.ts';

// The stamp is what Ansible's apt looks at first; without it, the folder of the lists.
const SCRIPT = `stat -c %Y /var/lib/apt/periodic/update-success-stamp 2>/dev/null ||
stat -c %Y /var/lib/apt/lists 2>/dev/null || echo 0
date +%s`;

/** Seconds since the epoch, both by the host's clock. */
export const aptListsTime = definePrimitive('aptListsTime', {
  script: () => SCRIPT,
  parse({ stdout }, asked) {
    const [updated, now] = stdout.toString().split('\n').map(Number);
    return asked.map(() => ({ updated: updated ?? 0, now: now ?? 0 }));
  },
  paths: () => ['/var/lib/apt/lists'],
});

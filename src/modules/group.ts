import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleInt, choice } from '../module/params.ts';
import { type Change, changes, failed, none } from '../module/plan.ts';
import type { Group } from '../module/reads.ts';
import type { RunStep } from '../module/step.ts';
import { accountText, LOCAL_REFUSED } from '../module/user/field.ts';

interface GroupChange extends Change {
  argv: string[];
  after: Group | undefined;
}

export default defineModule({
  name: 'group',
  collection: 'ansible.builtin',
  doc: 'Makes, changes and removes groups.',
  params: z
    .strictObject({
      name: accountText()
        .refine((name) => name !== '', 'must not be empty')
        .describe('The group.'),
      state: choice(['absent', 'present']).default('present').describe('Whether it is to be there.'),
      gid: ansibleInt().optional().describe('Group number.'),
      non_unique: ansibleBool().default(false).describe('Allow a gid that another group has.'),
      system: ansibleBool().default(false).describe('Make a new group one of the system.'),
      force: ansibleBool().default(false).describe('Remove it even where it is the primary group of a user.'),
      gid_min: ansibleInt().optional().describe('Lowest number for a new group.'),
      gid_max: ansibleInt().optional().describe('Highest number for a new group.'),
      local: ansibleBool()
        .refine((local) => !local, LOCAL_REFUSED)
        .optional()
        .describe('Only false: the tools of libuser are not used.'),
    })
    .refine(({ non_unique, gid }) => !non_unique || gid !== undefined, 'non_unique needs a gid'),
  async read({ name, gid, state, non_unique }, host) {
    const [group, rival] = await Promise.all([
      host.group(state === 'absent' ? { name, primaryOf: true } : { name }),
      gid === undefined || non_unique || state === 'absent' ? undefined : host.group({ gid }),
    ]);
    return { group, rival };
  },
  plan(params, { group, rival }) {
    const { name, state, gid, system } = params;
    const result = { name, state };
    if (state === 'absent') {
      if (!group) return none(result);
      const users = params.force ? [] : (group.primaryOf ?? []);
      if (users.length > 0) return failed(stillPrimary(name, users), result);
      const argv = ['groupdel', ...(params.force ? ['-f'] : []), '--', name];
      return changes<GroupChange>([{ summary: `remove group ${name}`, argv, after: undefined }], result);
    }
    if (rival && rival.name !== name)
      return failed(`GID '${gid}' already exists with group '${rival.name}'`, result);
    const number = gid === undefined ? [] : ['-g', String(gid), ...(params.non_unique ? ['-o'] : [])];
    if (!group) {
      const argv = ['groupadd', ...number, ...(system ? ['-r'] : []), ...limits(params), '--', name];
      const after = { name, gid: gid ?? -1, members: [], primaryOf: [] };
      const told = gid === undefined ? '' : ` (gid ${gid})`;
      const summary = `create ${system ? 'system group' : 'group'} ${name}${told}`;
      return changes<GroupChange>([{ summary, argv, after }], {
        ...result,
        system,
        ...(gid !== undefined && { gid }),
      });
    }
    // Of a group that is only planned the number may not be known yet.
    if (gid === undefined || gid === group.gid)
      return none({ ...result, system, ...(group.gid >= 0 && { gid: group.gid }) });
    const summary = `modify group ${name}: gid ${gid} (was ${group.gid < 0 ? 'any' : group.gid})`;
    const argv = ['groupmod', ...number, '--', name];
    return changes([{ summary, argv, after: { ...group, gid } }], { ...result, system, gid });
  },
  steps({ argv, after }, { name }): RunStep[] {
    const change: RunStep = {
      kind: 'run',
      argv,
      // A new number goes to those whose primary group it is, too.
      touches: ['/etc/group', '/etc/gshadow', ...(argv[0] === 'groupmod' ? ['/etc/passwd'] : [])],
      brings: { groups: { [name]: after } },
    };
    // Tells the number that was chosen.
    const look: RunStep = { kind: 'run', argv: ['getent', 'group', '--', name], touches: [] };
    return after === undefined ? [change] : [change, look];
  },
  result(_params, _now, done) {
    const gid = done[1]?.stdout.split(':')[2];
    return gid === undefined ? {} : { gid: Number(gid) };
  },
});

function stillPrimary(name: string, users: string[]): string {
  const whom = users.map((user) => `'${user}'`).join(', ');
  return `cannot remove the primary group of ${whom}: give them another one, or remove ${name} with force: true`;
}

function limits({
  gid_min,
  gid_max,
}: {
  gid_min?: number | undefined;
  gid_max?: number | undefined;
}): string[] {
  return [
    ...(gid_min === undefined ? [] : ['-K', `GID_MIN=${gid_min}`]),
    ...(gid_max === undefined ? [] : ['-K', `GID_MAX=${gid_max}`]),
  ];
}

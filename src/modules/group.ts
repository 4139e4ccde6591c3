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
      host.group({ name }),
      gid === undefined || non_unique || state === 'absent' ? undefined : host.group({ gid }),
    ]);
    return { group, rival };
  },
  plan(params, { group, rival }) {
    const { name, state, gid } = params;
    const result = { name, state };
    if (state === 'absent') {
      if (!group) return none(result);
      const argv = ['groupdel', ...(params.force ? ['-f'] : []), name];
      return changes<GroupChange>([{ summary: `remove group ${name}`, argv, after: undefined }], result);
    }
    if (rival && rival.name !== name)
      return failed(`GID '${gid}' already exists with group '${rival.name}'`, result);
    const number = gid === undefined ? [] : ['-g', String(gid), ...(params.non_unique ? ['-o'] : [])];
    if (!group) {
      const argv = ['groupadd', ...number, ...(params.system ? ['-r'] : []), ...limits(params), name];
      const after = { name, gid: gid ?? -1, members: [] };
      const summary = `create group ${name}`;
      return changes<GroupChange>([{ summary, argv, after }], {
        ...result,
        system: params.system,
        ...(gid !== undefined && { gid }),
      });
    }
    if (gid === undefined || gid === group.gid)
      return none({ ...result, system: params.system, gid: group.gid });
    const summary = `modify group ${name}: gid ${gid} (was ${group.gid})`;
    const change: GroupChange = { summary, argv: ['groupmod', ...number, name], after: { ...group, gid } };
    return changes([change], { ...result, system: params.system, gid });
  },
  steps({ argv, after }, { name }): RunStep[] {
    const change: RunStep = {
      kind: 'run',
      argv,
      touches: ['/etc/group', '/etc/gshadow'],
      brings: { groups: { [name]: after } },
    };
    // Tells the number that was chosen.
    const look: RunStep = { kind: 'run', argv: ['getent', 'group', name], touches: [] };
    return after === undefined ? [change] : [change, look];
  },
  result(_params, _now, done) {
    const gid = done[1]?.stdout.split(':')[2];
    return gid === undefined ? {} : { gid: Number(gid) };
  },
});

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

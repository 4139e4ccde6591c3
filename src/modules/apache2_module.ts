import { z } from 'zod';
import {
  disableSteps,
  enableSteps,
  type Folders,
  isEnabled,
  isLinked,
  readFolders,
  readSwitch,
  realFile,
  type Switch,
} from '../module/apache.ts';
import { dependingOn, effectiveName, neededBy, type Relations } from '../module/apacheModules.ts';
import { enableObstacle, type SwitchChange } from '../module/apacheSwitch.ts';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { changes, failed, none } from '../module/plan.ts';
import type { RunStep } from '../module/step.ts';

interface Now {
  folders: Folders;
  /** In the order in which they are to be switched: what is needed first, or what depends on it first. */
  chain: Switch[];
  relations: Map<string, Relations>;
}

// Debian's tools ask twice before they disable one of these.
const ESSENTIAL =
  'alias auth_basic authn_file authz_host authz_user autoindex deflate dir env filter logio mime negotiation setenvif unixd version watchdog'.split(
    ' ',
  );

export default defineModule({
  name: 'apache2_module',
  collection: 'community.general',
  doc: `Enables or disables a module of Apache with what it needs, as a2enmod and a2dismod do.

What is enabled is read from the links in /etc/apache2/mods-enabled, so Apache need not be able to start. Apache takes
notice at its next restart or reload: notify a handler.`,
  params: z.strictObject({
    name: ansibleText().describe('The module: its file in /etc/apache2/mods-available without .load.'),
    state: choice(['absent', 'present'])
      .default('present')
      .describe('Enabled (present) or disabled (absent).'),
    force: ansibleBool()
      .default(false)
      .describe(
        'With state absent: also disable what depends on it, and modules that Debian calls essential.',
      ),
    identifier: ansibleText()
      .optional()
      .describe('Has no effect: the state is read from links, not from apache2ctl.'),
    ignore_configcheck: ansibleBool()
      .default(false)
      .describe('Has no effect: the configuration is not loaded.'),
    warn_mpm_absent: ansibleBool().default(true).describe('Has no effect: the configuration is not loaded.'),
  }),
  async read({ name, state }, host): Promise<Now> {
    const folders = await readFolders('mods', host);
    const asked = effectiveName(name.replace(/\.load$/, ''), state, folders);
    const relations = new Map<string, Relations>();
    const names =
      state === 'present'
        ? await neededBy(asked, folders, relations, host)
        : await dependingOn(asked, folders, relations, host);
    return {
      folders,
      relations,
      chain: await Promise.all(names.map((one) => readSwitch('mods', one, state, folders, host))),
    };
  },
  plan({ state, force }, now) {
    const asked = now.chain.at(-1)!;
    const result = { result: `Module ${asked.name} ${state === 'present' ? 'enabled' : 'disabled'}` };
    return state === 'present' ? planEnable(now, result) : planDisable(now, asked, force, result);
  },
  steps: (change: SwitchChange) => change.steps,
});

function planEnable({ chain, folders, relations }: Now, result: Record<string, unknown>) {
  const open = chain.filter((one) => !isEnabled('mods', one));
  for (const one of open) {
    const obstacle = enableObstacle('mods', one, folders);
    if (obstacle !== undefined) return failed(obstacle);
    const rival = relations.get(one.name)?.conflicts.find((other) => folders.enabled.has(`${other}.load`));
    if (rival)
      return failed(
        `Module ${rival} is enabled, and ${one.name} cannot be beside it: disable ${rival} first`,
      );
  }
  return changes(
    open.map(
      (one): SwitchChange => ({
        summary: `enable module ${one.name}`,
        steps: [...service(one.name, 'enable'), ...enableSteps('mods', one)],
      }),
    ),
    result,
  );
}

function planDisable({ chain }: Now, asked: Switch, force: boolean, result: Record<string, unknown>) {
  if (!isLinked(asked)) return none(result);
  const others = chain.slice(0, -1).map(({ name }) => name);
  if (others.length > 0 && !force) {
    return failed(
      `Modules depend on ${asked.name} and need to be disabled first: ${others.join(' ')} (or give force)`,
    );
  }
  const essential = chain.find(({ name }) => ESSENTIAL.includes(name));
  if (essential && !force)
    return failed(`Module ${essential.name} is essential for Apache: give force to disable it`);
  const real = chain.map((one) => realFile('mods', one)).find((path) => path !== undefined);
  if (real) return failed(`${real} is a file of its own, no link: it is not taken away`);
  return changes(
    chain.map(
      (one): SwitchChange => ({
        summary: `disable module ${one.name}`,
        steps: [...service(one.name, 'disable'), ...disableSteps('mods', one)],
      }),
    ),
    result,
  );
}

// The disk cache is cleaned by a service of its own.
function service(name: string, verb: 'enable' | 'disable'): RunStep[] {
  return name === 'cache_disk' ? [{ kind: 'run', argv: ['systemctl', verb, 'apache-htcacheclean'] }] : [];
}

import { shellWords } from '../lib/shell.ts';
import { type Change, changes, failed, type Plan } from './plan.ts';
import type { Reads, UnitProperties } from './reads.ts';
import type { RunStep } from './step.ts';

/** What may be asked of a unit, with Ansible's names. */
export interface UnitParams {
  name?: string | undefined;
  state?: 'started' | 'stopped' | 'restarted' | 'reloaded' | undefined;
  enabled?: boolean | undefined;
  masked?: boolean | undefined;
  force?: boolean | undefined;
  daemon_reload?: boolean | undefined;
  daemon_reexec?: boolean | undefined;
  scope?: 'system' | 'user' | 'global' | undefined;
  no_block?: boolean | undefined;
}

export interface UnitNow {
  status: UnitProperties;
  /** Started at boot; undefined where the unit can be neither enabled nor disabled. */
  enabled: boolean | undefined;
}

export interface UnitChange extends Change {
  step: RunStep;
}

const SUFFIXES = 'service socket target timer mount automount swap path slice scope device'.split(' ');

// Where links of enabled units and of SysV scripts lie.
const ENABLED_FOLDERS = ['/etc/systemd', ...'0123456S'.split('').map((level) => `/etc/rc${level}.d`)];

/** A unit's name with its suffix: `apache2` is `apache2.service`. */
export function unitName(name: string): string {
  return SUFFIXES.includes(name.slice(name.lastIndexOf('.') + 1)) ? name : `${name}.service`;
}

export async function readUnit({ name, scope = 'system' }: UnitParams, host: Reads): Promise<UnitNow> {
  if (name === undefined) return { status: {}, enabled: undefined };
  const status = await host.unit({ name: unitName(name), ...(scope !== 'system' && { scope }) });
  return { status, enabled: await isEnabled(name, status, host) };
}

/** Compares a unit with what is asked for, by the rules of Ansible's systemd module. */
export function planUnit(params: UnitParams, { status, enabled }: UnitNow): Plan<UnitChange> {
  const { name, state } = params;
  const manager = managerChanges(params);
  const result = {
    name: name ?? null,
    status,
    ...(state !== undefined && { state: state === 'stopped' ? state : 'started' }),
    ...(params.enabled !== undefined && { enabled: enabled === undefined ? true : params.enabled }),
  };
  if (name === undefined) return changes(manager, result);
  const missing = status.LoadState === undefined || status.LoadState === 'not-found';
  if (missing && (state !== undefined || params.enabled !== undefined)) {
    return failed(`Could not find the requested service ${name}: host`, { name, status });
  }
  if (status.LoadState === 'error' && !params.daemon_reload) {
    return failed(`Error loading unit file '${name}': ${status.LoadError ?? 'see systemctl status'}`, {
      name,
      status,
    });
  }
  const wanted = [
    ...maskChange(params, status),
    ...enableChange(params, enabled),
    ...stateChange(params, status),
  ];
  const masked = status.LoadState === 'masked' && params.masked !== false;
  if (masked && wanted.some(({ verb }) => verb === 'start' || verb === 'restart')) {
    return failed(`Unable to start service ${name}: it is masked; give masked: false too`, { name, status });
  }
  const list = wanted.map((one) => unitChange(params, one));
  const plan = changes([...manager, ...list], result);
  if (params.enabled !== false || enabled !== undefined) return plan;
  return {
    ...plan,
    warnings: [`${name} is started by other units only: it can be neither enabled nor disabled`],
  };
}

/** Whether a unit is started at boot, as `systemctl is-enabled` tells and Ansible takes it. */
async function isEnabled(name: string, status: UnitProperties, host: Reads): Promise<boolean | undefined> {
  const state = status.UnitFileState ?? '';
  if (state === 'static' || state === 'transient') return undefined;
  if (state !== 'generated') return state === 'enabled';
  // A SysV script: systemd only wraps it.
  const levels = await Promise.all(
    ['2', '3', '4', '5'].map((level) => host.entries({ path: `/etc/rc${level}.d` })),
  );
  const script = name.replace(/\.service$/, '');
  return levels
    .flatMap((entries) => entries ?? [])
    .some(({ path }) => /\/S\d\d/.test(path) && path.slice(path.lastIndexOf('/') + 4) === script);
}

interface Wanted {
  verb: string;
  summary: string;
  /** Properties that will be different. */
  brings: UnitProperties;
  touches?: string[];
}

function maskChange({ name, masked }: UnitParams, status: UnitProperties): Wanted[] {
  if (masked === undefined || masked === (status.UnitFileState === 'masked')) return [];
  const brings: UnitProperties = masked
    ? { LoadState: 'masked', UnitFileState: 'masked' }
    : { LoadState: 'loaded', UnitFileState: 'disabled' };
  return [
    {
      verb: masked ? 'mask' : 'unmask',
      summary: `${masked ? 'mask' : 'unmask'} ${name}`,
      brings,
      touches: ['/etc/systemd'],
    },
  ];
}

function enableChange(params: UnitParams, enabled: boolean | undefined): Wanted[] {
  if (params.enabled === undefined || enabled === undefined || params.enabled === enabled) return [];
  const verb = params.enabled ? 'enable' : 'disable';
  const brings = { UnitFileState: params.enabled ? 'enabled' : 'disabled' };
  return [{ verb, summary: `${verb} ${params.name} at boot`, brings, touches: ENABLED_FOLDERS }];
}

function stateChange({ name, state }: UnitParams, status: UnitProperties): Wanted[] {
  const active = status.ActiveState ?? '';
  const running = active === 'active' || active === 'activating';
  const up = { ActiveState: 'active' };
  if (state === undefined || (state === 'started' && running)) return [];
  if (state === 'stopped') {
    const brings = { ActiveState: 'inactive' };
    return running || active === 'deactivating' ? [{ verb: 'stop', summary: `stop ${name}`, brings }] : [];
  }
  const verb = running ? { started: 'start', restarted: 'restart', reloaded: 'reload' }[state] : 'start';
  return [{ verb, summary: `${verb} ${name}`, brings: up }];
}

function managerChanges(params: UnitParams): UnitChange[] {
  const change = (verb: string, summary: string): UnitChange => ({
    summary,
    uncounted: true,
    step: { ...systemctl(params, [verb]), touches: [], brings: { units: {} } },
  });
  return [
    ...(params.daemon_reload ? [change('daemon-reload', "reload systemd's configuration")] : []),
    ...(params.daemon_reexec ? [change('daemon-reexec', 'restart systemd itself')] : []),
  ];
}

function unitChange(params: UnitParams, { verb, summary, brings, touches }: Wanted): UnitChange {
  const unit = unitName(params.name!);
  const step: RunStep = { ...systemctl(params, [verb, unit]), brings: { units: { [unit]: brings } } };
  // A user's own links lie in that user's home.
  const known = touches && (params.scope ?? 'system') === 'system';
  return { summary, step: known ? { ...step, touches } : step };
}

function systemctl({ scope = 'system', no_block, force }: UnitParams, words: string[]): RunStep {
  const options = [
    ...(scope === 'system' ? [] : [`--${scope}`]),
    ...(no_block ? ['--no-block'] : []),
    ...(force ? ['--force'] : []),
  ];
  const argv = ['systemctl', ...options, ...words];
  const env = { LC_ALL: 'C.UTF-8' };
  if (scope !== 'user') return { kind: 'run', argv, env };
  // Without a session of its own a shell does not know where the user's systemd listens.
  const script = `XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" exec ${shellWords(argv)}`;
  return { kind: 'run', script, title: argv.join(' '), env };
}

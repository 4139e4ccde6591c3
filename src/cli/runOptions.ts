import type { RunOptions } from '../engine/options.ts';
import type { ConnectionFlags, OutputFlags, TaskFlags } from './options.ts';
import type { Passwords } from './passwords.ts';
import type { Settings } from './settings.ts';

/** How a run goes, from flags, else settings. */
export function runOptionsOf(
  flags: ConnectionFlags & TaskFlags & OutputFlags,
  settings: Settings,
  passwords: Passwords,
): RunOptions {
  return {
    check: flags.check ?? false,
    diff: flags.diff ?? settings.diff_always.value,
    forks: flags.forks ?? settings.forks.value,
    verbosity: Math.max(flags.verbose, settings.verbosity.value),
    tags: flags.tags ?? settings.tags_run.value,
    skipTags: flags.skipTags ?? settings.tags_skip.value,
    ...(flags.startAtTask !== undefined && { startAtTask: flags.startAtTask }),
    forceHandlers: flags.forceHandlers ?? settings.force_handlers.value,
    patternMismatch: settings.host_pattern_mismatch.value,
    gathering: settings.gathering.value,
    injectFacts: settings.inject_facts_as_vars.value,
    pollSeconds: settings.poll_interval.value,
    jobFolder: settings.async_dir.value,
    connection: connectionDefaults(flags, settings, passwords),
    become: becomeDefaults(flags, settings, passwords),
  };
}

function connectionDefaults(
  flags: ConnectionFlags,
  settings: Settings,
  passwords: Passwords,
): RunOptions['connection'] {
  return withoutUndefined({
    connection: flags.connection ?? settings.transport.value,
    user: flags.user ?? settings.remote_user.value,
    port: settings.remote_port.value,
    privateKeyFile: flags.privateKey ?? settings.private_key_file.value,
    password: passwords.connection,
    sshArgs: settings.ssh_args.value,
    sshCommonArgs: flags.sshCommonArgs ?? settings.ssh_common_args.value,
    sshExtraArgs: flags.sshExtraArgs ?? settings.ssh_extra_args.value,
    timeout: flags.timeout ?? given(settings.timeout),
    hostKeyChecking: given(settings.host_key_checking),
  });
}

function becomeDefaults(
  flags: ConnectionFlags,
  settings: Settings,
  passwords: Passwords,
): RunOptions['become'] {
  return withoutUndefined({
    become: flags.become ?? settings.become.value,
    user: flags.becomeUser ?? settings.become_user.value,
    method: flags.becomeMethod ?? settings.become_method.value,
    exe: settings.become_exe.value,
    flags: settings.become_flags.value,
    password: passwords.become,
  });
}

// What nobody said is left to ssh_config.
function given<T>(setting: { value: T; origin: string }): T | undefined {
  return setting.origin === 'default' ? undefined : setting.value;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

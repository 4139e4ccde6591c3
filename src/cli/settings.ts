import { delimiter, isAbsolute, resolve } from 'node:path';

/** A value and where it comes from: `default`, the name of an environment variable, or `FILE:LINE`. */
export interface Setting<T> {
  value: T;
  origin: string;
}

/** What a value is read with. */
export interface Reading {
  /** Folder that relative paths start from. */
  folder: string;
  home: string;
  env: Record<string, string | undefined>;
}

/** How one setting of Ansible's is found and read. */
export interface Definition<T> {
  /** Environment variables, the strongest first. */
  env: string[];
  /** `section.key` in ansible.cfg, the strongest first. */
  ini: string[];
  /** Throws Error with what is wanted instead. */
  read: (text: string, reading: Reading) => T;
  fallback: (reading: Reading) => T;
}

function definition<T>(
  read: Definition<T>['read'],
  env: string | string[],
  ini: string | string[],
  fallback: Definition<T>['fallback'],
): Definition<T> {
  return { env: [env].flat(), ini: [ini].flat(), read, fallback };
}

type Names = string | string[];

const flag = (env: Names, ini: Names, value: boolean) => definition(readBoolean, env, ini, () => value);
const text = (env: Names, ini: Names, value: string) =>
  definition(
    (given) => given,
    env,
    ini,
    () => value,
  );
const maybeText = (env: Names, ini: Names) =>
  definition<string | undefined>(
    (given) => given,
    env,
    ini,
    () => undefined,
  );
const number = (env: Names, ini: Names, value: number) => definition(readNumber, env, ini, () => value);
const maybeNumber = (env: Names, ini: Names) =>
  definition<number | undefined>(readNumber, env, ini, () => undefined);
const path = (env: Names, ini: Names) => definition<string | undefined>(readPath, env, ini, () => undefined);
const list = (env: Names, ini: Names) => definition<string[]>(readList, env, ini, () => []);
const paths = (env: Names, ini: Names, values: string[]) =>
  definition(readPaths, env, ini, (reading) => values.map((value) => readPath(value, reading)));
const oneOf = <T extends string>(env: Names, ini: Names, values: readonly [T, ...T[]]) =>
  definition<T>(
    (given) => readOneOf(given, values),
    env,
    ini,
    () => values[0],
  );

/**
 * The settings of ansible.cfg and the ANSIBLE_* environment that count here; names, places and defaults are
 * ansible-core's (docs.ansible.com, "Ansible Configuration Settings"), but for more forks.
 */
export const definitions = {
  inventory: definition(readInventory, 'ANSIBLE_INVENTORY', 'defaults.inventory', () => [
    '/etc/ansible/hosts',
  ]),
  host_pattern_mismatch: oneOf('ANSIBLE_HOST_PATTERN_MISMATCH', 'inventory.host_pattern_mismatch', [
    'warning',
    'error',
    'ignore',
  ]),
  roles_path: paths('ANSIBLE_ROLES_PATH', 'defaults.roles_path', [
    '~/.ansible/roles',
    '/usr/share/ansible/roles',
    '/etc/ansible/roles',
  ]),
  collections_path: paths(
    ['ANSIBLE_COLLECTIONS_PATH', 'ANSIBLE_COLLECTIONS_PATHS'],
    ['defaults.collections_path', 'defaults.collections_paths'],
    ['~/.ansible/collections', '/usr/share/ansible/collections'],
  ),
  forks: number('ANSIBLE_FORKS', 'defaults.forks', 32),
  transport: text('ANSIBLE_TRANSPORT', 'defaults.transport', 'ssh'),
  remote_user: maybeText('ANSIBLE_REMOTE_USER', 'defaults.remote_user'),
  remote_port: maybeNumber('ANSIBLE_REMOTE_PORT', 'defaults.remote_port'),
  private_key_file: path('ANSIBLE_PRIVATE_KEY_FILE', 'defaults.private_key_file'),
  timeout: number(
    ['ANSIBLE_SSH_TIMEOUT', 'ANSIBLE_TIMEOUT'],
    ['ssh_connection.timeout', 'defaults.timeout'],
    10,
  ),
  host_key_checking: flag(
    ['ANSIBLE_SSH_HOST_KEY_CHECKING', 'ANSIBLE_HOST_KEY_CHECKING'],
    ['ssh_connection.host_key_checking', 'defaults.host_key_checking'],
    true,
  ),
  ssh_args: maybeText('ANSIBLE_SSH_ARGS', 'ssh_connection.ssh_args'),
  ssh_common_args: maybeText('ANSIBLE_SSH_COMMON_ARGS', 'ssh_connection.ssh_common_args'),
  ssh_extra_args: maybeText('ANSIBLE_SSH_EXTRA_ARGS', 'ssh_connection.ssh_extra_args'),
  ask_pass: flag('ANSIBLE_ASK_PASS', 'defaults.ask_pass', false),
  connection_password_file: path('ANSIBLE_CONNECTION_PASSWORD_FILE', 'defaults.connection_password_file'),
  become: flag('ANSIBLE_BECOME', 'privilege_escalation.become', false),
  become_method: text('ANSIBLE_BECOME_METHOD', 'privilege_escalation.become_method', 'sudo'),
  become_user: text('ANSIBLE_BECOME_USER', 'privilege_escalation.become_user', 'root'),
  become_exe: maybeText('ANSIBLE_BECOME_EXE', 'privilege_escalation.become_exe'),
  become_flags: maybeText('ANSIBLE_BECOME_FLAGS', 'privilege_escalation.become_flags'),
  become_ask_pass: flag('ANSIBLE_BECOME_ASK_PASS', 'privilege_escalation.become_ask_pass', false),
  become_password_file: path('ANSIBLE_BECOME_PASSWORD_FILE', 'defaults.become_password_file'),
  ask_vault_pass: flag('ANSIBLE_ASK_VAULT_PASS', 'defaults.ask_vault_pass', false),
  vault_password_file: path('ANSIBLE_VAULT_PASSWORD_FILE', 'defaults.vault_password_file'),
  vault_identity: text('ANSIBLE_VAULT_IDENTITY', 'defaults.vault_identity', 'default'),
  vault_identity_list: list('ANSIBLE_VAULT_IDENTITY_LIST', 'defaults.vault_identity_list'),
  vault_encrypt_identity: maybeText('ANSIBLE_VAULT_ENCRYPT_IDENTITY', 'defaults.vault_encrypt_identity'),
  vault_id_match: flag('ANSIBLE_VAULT_ID_MATCH', 'defaults.vault_id_match', false),
  async_dir: text('ANSIBLE_ASYNC_DIR', 'defaults.async_dir', '~/.ansible_async'),
  poll_interval: number('ANSIBLE_POLL_INTERVAL', 'defaults.poll_interval', 15),
  inject_facts_as_vars: flag('ANSIBLE_INJECT_FACT_VARS', 'defaults.inject_facts_as_vars', true),
  no_log: flag('ANSIBLE_NO_LOG', 'defaults.no_log', false),
  task_timeout: number('ANSIBLE_TASK_TIMEOUT', 'defaults.task_timeout', 0),
  gathering: oneOf('ANSIBLE_GATHERING', 'defaults.gathering', ['implicit', 'explicit', 'smart']),
  fact_caching: oneOf('ANSIBLE_CACHE_PLUGIN', 'defaults.fact_caching', [
    'memory',
    'jsonfile',
    'ansible.builtin.memory',
    'ansible.builtin.jsonfile',
  ]),
  fact_caching_connection: path('ANSIBLE_CACHE_PLUGIN_CONNECTION', 'defaults.fact_caching_connection'),
  fact_caching_timeout: number('ANSIBLE_CACHE_PLUGIN_TIMEOUT', 'defaults.fact_caching_timeout', 86_400),
  fact_caching_prefix: text('ANSIBLE_CACHE_PLUGIN_PREFIX', 'defaults.fact_caching_prefix', ''),
  force_handlers: flag('ANSIBLE_FORCE_HANDLERS', 'defaults.force_handlers', false),
  any_errors_fatal: flag('ANSIBLE_ANY_ERRORS_FATAL', 'defaults.any_errors_fatal', false),
  error_on_missing_handler: flag(
    'ANSIBLE_ERROR_ON_MISSING_HANDLER',
    'defaults.error_on_missing_handler',
    true,
  ),
  error_on_undefined_vars: flag('ANSIBLE_ERROR_ON_UNDEFINED_VARS', 'defaults.error_on_undefined_vars', true),
  hash_behaviour: oneOf('ANSIBLE_HASH_BEHAVIOUR', 'defaults.hash_behaviour', ['replace', 'merge']),
  allow_broken_conditionals: flag(
    'ANSIBLE_ALLOW_BROKEN_CONDITIONALS',
    'defaults.allow_broken_conditionals',
    false,
  ),
  jinja2_native: flag('ANSIBLE_JINJA2_NATIVE', 'defaults.jinja2_native', true),
  strategy: text('ANSIBLE_STRATEGY', 'defaults.strategy', 'linear'),
  tags_run: list('ANSIBLE_RUN_TAGS', 'tags.run'),
  tags_skip: list('ANSIBLE_SKIP_TAGS', 'tags.skip'),
  diff_always: flag('ANSIBLE_DIFF_ALWAYS', 'diff.always', false),
  verbosity: number('ANSIBLE_VERBOSITY', 'defaults.verbosity', 0),
  stdout_callback: text('ANSIBLE_STDOUT_CALLBACK', 'defaults.stdout_callback', ''),
  display_skipped_hosts: flag('ANSIBLE_DISPLAY_SKIPPED_HOSTS', 'defaults.display_skipped_hosts', true),
  display_ok_hosts: flag('ANSIBLE_DISPLAY_OK_HOSTS', 'defaults.display_ok_hosts', true),
  nocolor: flag('ANSIBLE_NOCOLOR', 'defaults.nocolor', false),
  force_color: flag('ANSIBLE_FORCE_COLOR', 'defaults.force_color', false),
  nocows: flag('ANSIBLE_NOCOWS', 'defaults.nocows', false),
  retry_files_enabled: flag('ANSIBLE_RETRY_FILES_ENABLED', 'defaults.retry_files_enabled', false),
  retry_files_save_path: path('ANSIBLE_RETRY_FILES_SAVE_PATH', 'defaults.retry_files_save_path'),
};

type ValueOf<D> = D extends Definition<infer T> ? T : never;

export type SettingName = keyof typeof definitions;

/** Every setting with its origin. */
export type Settings = { [N in SettingName]: Setting<ValueOf<(typeof definitions)[N]>> };

function readBoolean(given: string): boolean {
  const word = given.trim().toLowerCase();
  if (['y', 'yes', 'on', '1', 'true', 't', '1.0'].includes(word)) return true;
  if (['n', 'no', 'off', '0', 'false', 'f', '0.0'].includes(word)) return false;
  throw new Error('yes or no is needed');
}

function readNumber(given: string): number {
  if (!/^\d+$/.test(given.trim())) throw new Error('a whole number is needed');
  return Number(given);
}

function readOneOf<T extends string>(given: string, values: readonly T[]): T {
  const found = values.find((value) => value === given.trim());
  if (found === undefined) throw new Error(`one of ${values.join(', ')} is needed`);
  return found;
}

function readList(given: string): string[] {
  return given
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readPath(given: string, { folder, home, env }: Reading): string {
  const expanded = given
    .trim()
    .replace('{{CWD}}', folder)
    .replace(/^~(?=\/|$)/, home)
    .replace(/\$(\w+)|\$\{(\w+)\}/g, (whole, name: string, braced: string) => env[name ?? braced] ?? whole);
  return isAbsolute(expanded) ? expanded : resolve(folder, expanded);
}

function readPaths(given: string, reading: Reading): string[] {
  return given
    .split(delimiter)
    .filter((part) => part.trim() !== '')
    .map((part) => readPath(part, reading));
}

// "host1,host2," is a list of hosts, not of files.
function readInventory(given: string, reading: Reading): string[] {
  if (given.trim().endsWith(',')) return [given.trim()];
  return readList(given).map((part) => readPath(part, reading));
}

import type { SettingName, Settings } from './settings.ts';

/** ansible-core's own name of each setting, as the lookup `config` knows it, and what it does here. */
export const settingNotes: Record<SettingName, { constant: string; note: string }> = {
  inventory: { constant: 'DEFAULT_HOST_LIST', note: 'Inventory sources where `-i` names none.' },
  host_pattern_mismatch: {
    constant: 'HOST_PATTERN_MISMATCH',
    note: 'What a pattern comes to that matches nothing: a warning, an error, or nothing.',
  },
  roles_path: { constant: 'DEFAULT_ROLES_PATH', note: 'Folders of roles.' },
  collections_path: { constant: 'COLLECTIONS_PATHS', note: 'Folders with `ansible_collections` in them.' },
  forks: { constant: 'DEFAULT_FORKS', note: 'Hosts at a time; here 32 where nobody says.' },
  transport: { constant: 'DEFAULT_TRANSPORT', note: 'The connection: `ssh`, `openssh` or `local`.' },
  remote_user: { constant: 'DEFAULT_REMOTE_USER', note: 'The login user.' },
  remote_port: { constant: 'DEFAULT_REMOTE_PORT', note: 'The port of SSH.' },
  private_key_file: { constant: 'DEFAULT_PRIVATE_KEY_FILE', note: 'The key to log in with.' },
  timeout: { constant: 'DEFAULT_TIMEOUT', note: 'Seconds until a connection must stand.' },
  host_key_checking: {
    constant: 'HOST_KEY_CHECKING',
    note: 'Whether an unknown host key is refused; one that has changed is refused always.',
  },
  ssh_args: { constant: 'ssh_args', note: 'Arguments of ssh; those that matter are read for ssh2 too.' },
  ssh_common_args: { constant: 'ssh_common_args', note: 'More arguments of ssh.' },
  ssh_extra_args: { constant: 'ssh_extra_args', note: 'More arguments of ssh.' },
  ask_pass: { constant: 'DEFAULT_ASK_PASS', note: 'Ask for the SSH password.' },
  connection_password_file: { constant: 'CONNECTION_PASSWORD_FILE', note: 'Where the SSH password stands.' },
  become: { constant: 'DEFAULT_BECOME', note: 'Run tasks as another user.' },
  become_method: { constant: 'DEFAULT_BECOME_METHOD', note: '`sudo` or `su`.' },
  become_user: { constant: 'DEFAULT_BECOME_USER', note: 'Which user.' },
  become_exe: { constant: 'DEFAULT_BECOME_EXE', note: 'The program in place of sudo or su.' },
  become_flags: { constant: 'DEFAULT_BECOME_FLAGS', note: 'Its flags.' },
  become_ask_pass: { constant: 'DEFAULT_BECOME_ASK_PASS', note: 'Ask for the become password.' },
  become_password_file: { constant: 'BECOME_PASSWORD_FILE', note: 'Where the become password stands.' },
  ask_vault_pass: { constant: 'DEFAULT_ASK_VAULT_PASS', note: 'Ask for the vault password.' },
  vault_password_file: {
    constant: 'DEFAULT_VAULT_PASSWORD_FILE',
    note: 'A file with the vault password, or a script that prints it.',
  },
  vault_identity: { constant: 'DEFAULT_VAULT_IDENTITY', note: 'The id of passwords without one.' },
  vault_identity_list: { constant: 'DEFAULT_VAULT_IDENTITY_LIST', note: 'Vault ids, as `--vault-id`.' },
  vault_encrypt_identity: {
    constant: 'DEFAULT_VAULT_ENCRYPT_IDENTITY',
    note: 'The id to encrypt with where several are given.',
  },
  vault_id_match: {
    constant: 'DEFAULT_VAULT_ID_MATCH',
    note: 'Try only the password whose id a file names.',
  },
  async_dir: { constant: 'async_dir', note: 'Where the files of `async` jobs lie on hosts.' },
  poll_interval: { constant: 'DEFAULT_POLL_INTERVAL', note: '`poll` of tasks with `async` that say none.' },
  gathering: { constant: 'DEFAULT_GATHERING', note: 'When plays gather facts by themselves.' },
  inject_facts_as_vars: {
    constant: 'INJECT_FACTS_AS_VARS',
    note: 'Whether facts are variables of their own too, or stand in `ansible_facts` alone.',
  },
  allow_broken_conditionals: {
    constant: 'ALLOW_BROKEN_CONDITIONALS',
    note: 'Whether a condition may give more than a truth value.',
  },
  fact_caching: {
    constant: 'CACHE_PLUGIN',
    note: '`memory` or `jsonfile`, whose files ansible-core and Flotte share.',
  },
  fact_caching_connection: { constant: 'CACHE_PLUGIN_CONNECTION', note: 'The folder of the files.' },
  fact_caching_timeout: {
    constant: 'CACHE_PLUGIN_TIMEOUT',
    note: 'Seconds that facts are good for; 0: for ever.',
  },
  fact_caching_prefix: { constant: 'CACHE_PLUGIN_PREFIX', note: 'What the names of the files begin with.' },
  force_handlers: { constant: 'DEFAULT_FORCE_HANDLERS', note: 'Run handlers on hosts that failed.' },
  any_errors_fatal: { constant: 'ANY_ERRORS_FATAL', note: '`any_errors_fatal` of plays that say nothing.' },
  no_log: { constant: 'DEFAULT_NO_LOG', note: '`no_log` of plays that say nothing.' },
  task_timeout: { constant: 'TASK_TIMEOUT', note: '`timeout` of plays that say nothing; 0: none.' },
  strategy: { constant: 'DEFAULT_STRATEGY', note: '`strategy` of plays that say nothing.' },
  hash_behaviour: {
    constant: 'DEFAULT_HASH_BEHAVIOUR',
    note: '`merge`: dicts of one name are merged over all levels of precedence.',
  },
  error_on_missing_handler: {
    constant: 'ERROR_ON_MISSING_HANDLER',
    note: 'Whether a notified handler that is not there is an error, or a warning.',
  },
  error_on_undefined_vars: {
    constant: 'DEFAULT_UNDEFINED_VAR_BEHAVIOR',
    note: 'Without effect, as in ansible-core 2.19: what is undefined is an error.',
  },
  jinja2_native: {
    constant: 'DEFAULT_JINJA2_NATIVE',
    note: 'Without effect, as in ansible-core 2.19: templates keep the types of their values.',
  },
  tags_run: { constant: 'TAGS_RUN', note: 'Tags to run, as `--tags`.' },
  tags_skip: { constant: 'TAGS_SKIP', note: 'Tags to skip, as `--skip-tags`.' },
  diff_always: { constant: 'DIFF_ALWAYS', note: 'Show diffs, as `--diff`.' },
  verbosity: { constant: 'DEFAULT_VERBOSITY', note: 'How much is told, as `-v`.' },
  stdout_callback: {
    constant: 'DEFAULT_STDOUT_CALLBACK',
    note: '`json` gives `--output json`; all others are left to `--output`.',
  },
  display_skipped_hosts: {
    constant: 'DISPLAY_SKIPPED_HOSTS',
    note: 'Whether `--output ansible` shows skipped tasks.',
  },
  display_ok_hosts: {
    constant: 'display_ok_hosts',
    note: 'Whether `--output ansible` shows unchanged tasks.',
  },
  nocolor: { constant: 'ANSIBLE_NOCOLOR', note: 'No colours.' },
  force_color: { constant: 'ANSIBLE_FORCE_COLOR', note: 'Colours where there is no terminal, too.' },
  nocows: { constant: 'ANSIBLE_NOCOWS', note: 'There are no cows here.' },
  retry_files_enabled: {
    constant: 'RETRY_FILES_ENABLED',
    note: 'Write the names of hosts that failed into a file for `--limit @FILE`.',
  },
  retry_files_save_path: { constant: 'RETRY_FILES_SAVE_PATH', note: 'The folder of those files.' },
};

/** Settings that have no meaning here, and why; in ansible.cfg they do no harm. */
export const withoutEffect: Record<string, string> = {
  'ssh_connection.pipelining': 'there is one shell a host, and nothing is copied to it to be run',
  'defaults.pipelining': 'there is one shell a host, and nothing is copied to it to be run',
  'connection.pipelining': 'there is one shell a host, and nothing is copied to it to be run',
  'ssh_connection.control_path':
    'a run has one connection to a host, which is not shared with other programs',
  'ssh_connection.control_path_dir': 'a run has one connection to a host',
  'ssh_connection.scp_if_ssh': 'files travel in the same channel as everything else',
  'ssh_connection.transfer_method': 'files travel in the same channel as everything else',
  'ssh_connection.sftp_batch_mode': 'files travel in the same channel as everything else',
  'defaults.remote_tmp': 'a new file is written beside its place, and nothing is left behind',
  'defaults.local_tmp': 'nothing is written on the control side',
  'defaults.interpreter_python': 'no Python runs on the hosts',
  'defaults.ansible_python_interpreter': 'no Python runs on the hosts',
  'defaults.allow_world_readable_tmpfiles': 'files for another user never lie where all can read them',
  'defaults.no_target_syslog': 'nothing writes into the syslog of hosts',
  'defaults.log_path': 'the journal below .flotte/runs tells of every run',
  'defaults.callback_plugins': 'callback plugins are Python; --output chooses the form of output',
  'defaults.callbacks_enabled': 'callback plugins are Python; --profile tells what took how long',
  'defaults.callback_whitelist': 'callback plugins are Python; --profile tells what took how long',
  'defaults.callback_result_format': 'results are shown as JSON',
  'defaults.bin_ansible_callbacks': 'callback plugins are Python',
  'defaults.filter_plugins': 'plugins in Python do not run here',
  'defaults.lookup_plugins': 'plugins in Python do not run here',
  'defaults.test_plugins': 'plugins in Python do not run here',
  'defaults.action_plugins': 'plugins in Python do not run here',
  'defaults.vars_plugins': 'plugins in Python do not run here; host_vars and group_vars are read',
  'defaults.strategy_plugins': 'plugins in Python do not run here',
  'defaults.library': 'modules in Python do not run here',
  'defaults.module_utils': 'modules in Python do not run here',
  'defaults.force_valid_group_names': 'group names are taken as they are written',
  'defaults.deprecation_warnings': 'nothing is deprecated yet',
  'defaults.command_warnings': 'commands are not warned of',
  'defaults.system_warnings': 'there are none',
  'defaults.localhost_warning': 'there is none',
  'inventory.enable_plugins': 'every kind of source that can be read is recognised by itself',
};

/** Answers ansible-core's names of settings. */
export function settingByConstant(
  settings: Settings,
): (name: string) => { value: unknown; origin: string } | undefined {
  const names = new Map(
    Object.entries(settingNotes).map(([name, { constant }]) => [constant, name as SettingName]),
  );
  return (constant) => {
    const name = names.get(constant);
    return name && settings[name];
  };
}

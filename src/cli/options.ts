import { type Command, InvalidArgumentError } from 'commander';

/** Forms of what a run prints. */
const outputs = ['live', 'lines', 'json', 'jsonl', 'ansible'] as const;

export type Output = (typeof outputs)[number];

/** Where vault passwords come from. */
export interface VaultFlags {
  vaultId?: string[];
  vaultPasswordFile?: string[];
  askVaultPass?: boolean;
}

/** -i, --limit and what belongs to them. */
export interface InventoryFlags extends VaultFlags {
  inventory?: string[];
  limit?: string;
  extraVars?: string[];
  flushCache?: boolean;
}

/** How hosts are reached and as whom. */
export interface ConnectionFlags {
  user?: string;
  connection?: string;
  timeout?: number;
  privateKey?: string;
  sshCommonArgs?: string;
  sshExtraArgs?: string;
  askPass?: boolean;
  connectionPasswordFile?: string;
  become?: boolean;
  becomeUser?: string;
  becomeMethod?: string;
  askBecomePass?: boolean;
  becomePasswordFile?: string;
  forks?: number;
}

/** What is shown, and where it is kept. */
export interface OutputFlags {
  output?: Output;
  /** The form where neither flags nor settings name one; else the one that suits the terminal. */
  usualOutput?: Output;
  verbose: number;
  diff?: boolean;
  slowest?: number;
  profile?: boolean;
  journal: boolean;
}

/** Which tasks of a playbook, and how. */
export interface TaskFlags {
  check?: boolean;
  tags?: string[];
  skipTags?: string[];
  startAtTask?: string;
  step?: boolean;
  forceHandlers?: boolean;
}

/** What is asked before anything is touched. */
export interface QuestionFlags {
  select?: boolean;
  yes?: boolean;
}

/** A repeatable option's values, in order. */
export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

function splitCollect(value: string, previous: string[] = []): string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return [...previous, ...names];
}

function wholeNumber(value: string): number {
  if (!/^[1-9][0-9]*$/.test(value)) throw new InvalidArgumentError('A whole number from 1 is needed.');
  return Number(value);
}

function outputName(value: string): Output {
  const output = outputs.find((name) => name === value);
  if (output === undefined) throw new InvalidArgumentError(`It is one of ${outputs.join(', ')}.`);
  return output;
}

// Ansible's second names.
const otherNames: Record<string, string> = {
  '--inventory-file': '--inventory',
  '--vault-pass-file': '--vault-password-file',
  '--ask-vault-password': '--ask-vault-pass',
  '--key-file': '--private-key',
  '--conn-pass-file': '--connection-password-file',
  '--become-pass-file': '--become-password-file',
};

/** The command line with Ansible's second names of flags replaced by those that the help shows. */
export function withMainNames(argv: string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((argument, i) => {
    if (end >= 0 && i > end) return argument;
    const [name, ...value] = argument.split('=');
    const main = Object.hasOwn(otherNames, name!) ? otherNames[name!] : undefined;
    return main === undefined ? argument : [main, ...value].join('=');
  });
}

/** Adds -i, -l, -e and where vault passwords come from. */
export function inventoryOptions(command: Command): Command {
  command
    .optionsGroup('Hosts and variables:')
    .option(
      '-i, --inventory <source>',
      'inventory file, directory, program or "host1,host2," (repeatable)',
      collect,
    )
    .option('-l, --limit <pattern>', 'only these hosts: names, groups, patterns, or @FILE')
    .option(
      '-e, --extra-vars <vars>',
      'KEY=VALUE, YAML, JSON or @FILE; stronger than all others (repeatable)',
      collect,
    )
    .option('--flush-cache', 'forget the cached facts of the hosts');
  return vaultOptions(command);
}

/** Adds where vault passwords come from. */
export function vaultOptions(command: Command): Command {
  return command
    .option(
      '--vault-id <id>',
      'LABEL@SOURCE of a vault password; SOURCE is a file or "prompt" (repeatable)',
      collect,
    )
    .option('--vault-password-file <file>', 'file or program that gives the vault password', collect)
    .option('-J, --ask-vault-pass', 'ask for the vault password');
}

/** Adds -u, -k, -b, -K and the rest of how hosts are reached. */
export function connectionOptions(command: Command): Command {
  return command
    .optionsGroup('Connection:')
    .option('-u, --user <name>', 'login user on the hosts')
    .option('-c, --connection <type>', 'ssh (default), openssh (the ssh program of this machine) or local')
    .option('-T, --timeout <seconds>', 'limit for connecting', wholeNumber)
    .option('-f, --forks <number>', 'hosts at a time', wholeNumber)
    .option('--private-key <file>', 'private key to log in with')
    .option('--ssh-common-args <args>', 'arguments for ssh, such as -o ProxyJump=HOST')
    .option('--ssh-extra-args <args>', 'more arguments for ssh')
    .option('-k, --ask-pass', 'ask for the login password')
    .option('--connection-password-file <file>', 'file or program that gives the login password')
    .option('-b, --become', 'become another user on the hosts (root)')
    .option('--become-method <method>', 'how to become that user: sudo')
    .option('--become-user <name>', 'the user to become')
    .option('-K, --ask-become-pass', 'ask for the password that sudo wants')
    .option('--become-password-file <file>', 'file or program that gives the password that sudo wants');
}

/** Adds -v and -D. */
export function verbosityOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('-v, --verbose', 'tell more (up to -vvvv)', (_, count: number) => count + 1, 0)
    .option('-D, --diff', 'show how files and lists change');
}

/** Adds --output, -v, -D and what is told at the end. */
export function outputOptions(command: Command): Command {
  return verbosityOptions(command)
    .option('--output <form>', `${outputs.join(', ')}; default: live on a terminal, else lines`, outputName)
    .option('--slowest <number>', 'list the slowest tasks at the end', wholeNumber)
    .option('--profile', "tell round trips, bytes and where each host's time went")
    .option('--no-journal', 'keep no record of this run under .flotte/runs');
}

/** Adds -C, -t and the other choices of tasks. */
export function taskOptions(command: Command): Command {
  return command
    .optionsGroup('Tasks:')
    .option('-C, --check', 'change nothing; show what would change')
    .option('-t, --tags <tags>', 'only tasks with one of these tags (repeatable)', splitCollect)
    .option('--skip-tags <tags>', 'leave out tasks with one of these tags (repeatable)', splitCollect)
    .option('--start-at-task <name>', 'begin at the task with this name')
    .option('--step', 'ask before each task')
    .option('--force-handlers', 'run notified handlers on hosts that failed, too');
}

/** Adds what prints something about playbooks and runs nothing. */
export function listingOptions(command: Command): Command {
  return command
    .optionsGroup('Looking only:')
    .option('--syntax-check', 'read and check everything, run nothing')
    .option('--list-hosts', 'list the hosts that would be reached')
    .option('--list-tasks', 'list the tasks that would run')
    .option('--list-tags', 'list the tags of the tasks');
}

/** Adds --select and --yes. */
export function questionOptions(command: Command): Command {
  return command
    .optionsGroup('Questions:')
    .option('--select', 'choose the hosts from a list')
    .option('-y, --yes', 'do not ask before changing several hosts');
}

/** Adds -m, -a and the other choices of what one task does. */
export function execOptions(command: Command): Command {
  return command
    .option('-m, --module-name <module>', 'the module', 'command')
    .option('-a, --args <args>', 'its arguments: KEY=VALUE ..., or the command to run')
    .option('-C, --check', 'change nothing; show what would change')
    .option('--list-hosts', 'list the hosts that would be reached');
}

/** Adds --list, --graph, --host and how they are shown. */
export function inventoryViewOptions(command: Command): Command {
  return command
    .option('--list', 'everything, as JSON')
    .option('--graph [group]', 'the tree of groups and hosts')
    .option('--host <name>', 'the variables of one host')
    .option('--vars', 'with --graph: show variables, too')
    .option('--export', 'leave variables of groups with their groups')
    .option('-y, --yaml', 'YAML instead of JSON')
    .option('--playbook-dir <folder>', 'folder whose group_vars and host_vars count, too');
}

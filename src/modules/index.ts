import type { AnyModule } from '../module/define.ts';

type Loader = () => Promise<{ default: unknown }>;

// Files load when a playbook uses them: a command that needs no module starts fast.
const COLLECTIONS: Record<string, Record<string, Loader>> = {
  'ansible.builtin': {
    add_host: () => import('./add_host.ts'),
    apt: () => import('./apt.ts'),
    apt_key: () => import('./apt_key.ts'),
    apt_repository: () => import('./apt_repository.ts'),
    assemble: () => import('./assemble.ts'),
    assert: () => import('./assert.ts'),
    async_status: () => import('./async_status.ts'),
    blockinfile: () => import('./blockinfile.ts'),
    command: () => import('./command.ts'),
    copy: () => import('./copy.ts'),
    cron: () => import('./cron.ts'),
    deb822_repository: () => import('./deb822_repository.ts'),
    debconf: () => import('./debconf.ts'),
    debug: () => import('./debug.ts'),
    dpkg_selections: () => import('./dpkg_selections.ts'),
    fail: () => import('./fail.ts'),
    fetch: () => import('./fetch.ts'),
    file: () => import('./file.ts'),
    find: () => import('./find.ts'),
    gather_facts: () => import('./gather_facts.ts'),
    get_url: () => import('./get_url.ts'),
    getent: () => import('./getent.ts'),
    group: () => import('./group.ts'),
    group_by: () => import('./group_by.ts'),
    hostname: () => import('./hostname.ts'),
    import_role: () => import('./import_role.ts'),
    import_tasks: () => import('./import_tasks.ts'),
    include_role: () => import('./include_role.ts'),
    include_tasks: () => import('./include_tasks.ts'),
    include_vars: () => import('./include_vars.ts'),
    known_hosts: () => import('./known_hosts.ts'),
    lineinfile: () => import('./lineinfile.ts'),
    meta: () => import('./meta.ts'),
    package: () => import('./package.ts'),
    package_facts: () => import('./package_facts.ts'),
    pause: () => import('./pause.ts'),
    ping: () => import('./ping.ts'),
    pip: () => import('./pip.ts'),
    raw: () => import('./raw.ts'),
    reboot: () => import('./reboot.ts'),
    replace: () => import('./replace.ts'),
    script: () => import('./script.ts'),
    service: () => import('./service.ts'),
    service_facts: () => import('./service_facts.ts'),
    set_fact: () => import('./set_fact.ts'),
    setup: () => import('./setup.ts'),
    shell: () => import('./shell.ts'),
    slurp: () => import('./slurp.ts'),
    stat: () => import('./stat.ts'),
    systemd: () => import('./systemd.ts'),
    systemd_service: () => import('./systemd_service.ts'),
    tempfile: () => import('./tempfile.ts'),
    template: () => import('./template.ts'),
    unarchive: () => import('./unarchive.ts'),
    uri: () => import('./uri.ts'),
    user: () => import('./user.ts'),
    wait_for: () => import('./wait_for.ts'),
    wait_for_connection: () => import('./wait_for_connection.ts'),
  },
  'ansible.posix': {
    authorized_key: () => import('./authorized_key.ts'),
    mount: () => import('./mount.ts'),
    sysctl: () => import('./sysctl.ts'),
  },
  'community.general': {
    apache2_module: () => import('./apache2_module.ts'),
    django_manage: () => import('./django_manage.ts'),
    dpkg_divert: () => import('./dpkg_divert.ts'),
    locale_gen: () => import('./locale_gen.ts'),
    supervisorctl: () => import('./supervisorctl.ts'),
    timezone: () => import('./timezone.ts'),
  },
  'community.mysql': {
    mysql_db: () => import('./mysql_db.ts'),
    mysql_user: () => import('./mysql_user.ts'),
  },
  'debops.debops': {
    debops_dpkg_divert: () => import('./debops_dpkg_divert.ts'),
  },
  flotte: {
    apache2_conf: () => import('./apache2_conf.ts'),
    apache2_site: () => import('./apache2_site.ts'),
  },
};

// What Ansible calls the same collection.
const OTHER_NAMES: Record<string, string> = {
  'ansible.legacy': 'ansible.builtin',
  'ansible.mysql': 'community.mysql',
};

// Modules of one short name in two collections: the names here are ours.
const RENAMED: Record<string, string> = { 'debops.debops.dpkg_divert': 'debops_dpkg_divert' };

// Modules that have moved out of a collection are still found by its name.
const MOVED_FROM = ['ansible.builtin', 'community.general'];
const UNMOVED = ['ansible.builtin', 'debops.debops', 'flotte'];

interface Known {
  /** Without a collection: `file`. */
  name: string;
  collection: string;
}

/** The names of all modules without their collections, sorted. */
export function moduleNames(): string[] {
  return Object.values(COLLECTIONS)
    .flatMap((modules) => Object.keys(modules))
    .sort();
}

/** The module that a playbook means with `file`, `ansible.builtin.file`, ...; undefined where there is none. */
export function findModule(given: string): Known | undefined {
  const name = Object.hasOwn(RENAMED, given) ? RENAMED[given]! : given;
  const dot = name.lastIndexOf('.');
  const short = name.slice(dot + 1);
  const asked = name.slice(0, Math.max(0, dot));
  const wanted = OTHER_NAMES[asked] ?? asked;
  const found = Object.keys(COLLECTIONS).filter((name) => Object.hasOwn(COLLECTIONS[name]!, short));
  const collection =
    dot < 0
      ? found[0]
      : (found.find((name) => name === wanted) ??
        (MOVED_FROM.includes(wanted) ? found.find((name) => !UNMOVED.includes(name)) : undefined));
  return collection === undefined ? undefined : { name: short, collection };
}

/** A module's definition, by any of its names. */
export async function loadModule(name: string): Promise<AnyModule> {
  const known = findModule(name);
  const load = known && COLLECTIONS[known.collection]?.[known.name];
  if (!load) throw new Error(`there is no module ${name}`);
  return (await load()).default as AnyModule;
}

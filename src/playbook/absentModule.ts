import { z } from 'zod';
import { type AnyModule, defineModule } from '../module/define.ts';
import { failed } from '../module/plan.ts';

// Modules by their short names that playbooks for Ansible call and that have no place here (other systems, clouds),
// or none yet. A name with its collection needs no list.
const SHORT_NAMES = new Set([
  'apk',
  'apt_rpm',
  'aws_s3',
  'cloudformation',
  'dnf',
  'dnf5',
  'docker_compose',
  'docker_container',
  'docker_image',
  'docker_login',
  'docker_network',
  'docker_volume',
  'ec2',
  'ec2_group',
  'ec2_key',
  'ec2_vpc_net',
  'filesystem',
  'firewalld',
  'gem',
  'haproxy',
  'homebrew',
  'homebrew_cask',
  'import_playbook',
  'jenkins_plugin',
  'launchd',
  'ldap_attr',
  'ldap_entry',
  'logrotate',
  'lvg',
  'lvol',
  'macports',
  'mail',
  'make',
  'mongodb_user',
  'openbsd_pkg',
  'osx_defaults',
  'pacman',
  'parted',
  'pip_package_info',
  'pkgin',
  'pkgng',
  'pkgutil',
  'portage',
  'rabbitmq_plugin',
  'rabbitmq_user',
  'rabbitmq_vhost',
  'redhat_subscription',
  'rhsm_repository',
  'route53',
  'rpm_key',
  's3',
  's3_bucket',
  'sefcontext',
  'selinux',
  'selinux_permissive',
  'seboolean',
  'seport',
  'slack',
  'snap',
  'subversion',
  'svn',
  'sysrc',
  'sysvinit',
  'telegram',
  'win_command',
  'win_copy',
  'win_feature',
  'win_file',
  'win_shell',
  'win_template',
  'xml',
  'yum',
  'yum_repository',
  'zypper',
  'zypper_repository',
]);

/** Whether a module that is not there is one of Ansible's, and not only misspelt. */
export function isKnownElsewhere(name: string): boolean {
  const parts = name.split('.');
  if (parts.length === 2) return false;
  const [namespace, collection] = parts;
  const builtin = namespace === 'ansible' && (collection === 'builtin' || collection === 'legacy');
  return parts.length > 2 && !builtin ? true : SHORT_NAMES.has(parts.at(-1)!);
}

/** Stands for a module that is not there: takes any parameters, and fails where a task comes to call it. */
export function absentModule(name: string): AnyModule {
  return defineModule({
    name,
    collection: '',
    doc: 'Is not there.',
    params: z.looseObject({}),
    freeForm: '_raw_params',
    controlSide: true,
    read: async () => undefined,
    plan: () => failed(`there is no module "${name}"`),
    steps: () => [],
  });
}

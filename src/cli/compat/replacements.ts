const PACKAGES = 'package, or apt: hosts are Debian and its family';
const CLOUD = "the provider's own program, run by command on localhost";
const DOCKER = 'command with docker or docker compose, with changed_when';

/** What to use in place of modules that are not there, by their short names. */
export const moduleReplacements: Record<string, string> = {
  acl: 'command with setfacl, or owner, group and mode of file',
  alternatives: 'command with update-alternatives',
  archive: 'command with tar, and creates',
  composer: 'command with composer, and chdir',
  dnf: PACKAGES,
  docker_compose: DOCKER,
  docker_compose_v2: DOCKER,
  docker_container: DOCKER,
  docker_image: DOCKER,
  docker_network: DOCKER,
  ec2: CLOUD,
  ec2_group: CLOUD,
  expect: 'command with stdin',
  firewalld: 'command with the firewall of the host',
  gem: 'command with gem',
  htpasswd: 'copy or lineinfile with the filter password_hash',
  include: 'include_tasks or import_tasks',
  make: 'command with make, and chdir',
  modprobe: 'command with modprobe, and copy to /etc/modules-load.d',
  mysql_db: 'command with mysql, and stdin for what is secret',
  mysql_user: 'command with mysql, and stdin for what is secret',
  npm: 'command with npm, and chdir',
  openssl_certificate: 'command with openssl, and creates',
  openssl_csr: 'command with openssl, and creates',
  openssl_privatekey: 'command with openssl, and creates',
  pamd: 'lineinfile',
  postgresql_db: 'command with createdb or psql, become_user: postgres',
  postgresql_user: 'command with psql, become_user: postgres',
  rpm_key: PACKAGES,
  synchronize: 'copy, unarchive, or command with rsync on localhost',
  ufw: 'command with ufw, and changed_when',
  x509_certificate: 'command with openssl, and creates',
  yum: PACKAGES,
  yum_repository: PACKAGES,
  zypper: PACKAGES,
};

export const GENERAL = {
  module: 'command or shell with creates, removes or changed_when',
  filter: 'other filters, or an expression',
  test: 'other tests, or an expression',
  lookup: 'lookup pipe, a task with register on localhost, or vars files',
  plugin: 'it is Python, which does not run here',
};

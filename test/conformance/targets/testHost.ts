import { type Fleet, type FleetHost, keepFleet, startFleet } from '../../fleet/index.ts';

// What ansible-core's targets expect of a host, and what Debian's smallest system has not.
const PACKAGES = ['acl', 'file', 'git', 'gnupg', 'locales', 'unzip', 'zip'];

/** One host for targets, and the fleet it is in. */
export interface TestHost {
  fleet: Fleet;
  host: FleetHost;
}

/** Starts a fresh host that is ready for targets, or takes that of the fleet `kept`. */
export async function startTestHost(kept: string | undefined): Promise<TestHost> {
  const request = { name: kept ?? 'targets', count: 1, base: 'debian' as const };
  const fleet = await (kept === undefined ? startFleet(request) : keepFleet(request));
  const host = fleet.hosts[0]!;
  await host.read(`export DEBIAN_FRONTEND=noninteractive
    dpkg -s ${PACKAGES.join(' ')} >/dev/null 2>&1 ||
      { apt-get -qq update && apt-get -qq -y install ${PACKAGES.join(' ')}; }
    locale -a | grep -qi en_US.utf8 || { echo 'en_US.UTF-8 UTF-8' > /etc/locale.gen; locale-gen; }`);
  return { fleet, host };
}

/** The inventory of ansible-test: one host, over SSH or this machine itself. */
export function inventoryOf({ fleet, host }: TestHost, python: string): Record<'ssh' | 'local', string> {
  const ssh = [
    `ansible_host=${host.address}`,
    'ansible_user=root',
    `ansible_ssh_private_key_file=${fleet.keyFile}`,
    `ansible_ssh_common_args='-o UserKnownHostsFile=${fleet.knownHostsFile}'`,
    'ansible_python_interpreter=/usr/bin/python3',
  ];
  const local = ['ansible_connection=local', `ansible_python_interpreter=${python}`];
  return { ssh: group(ssh), local: group(local) };
}

function group(variables: string[]): string {
  return `[testgroup]\ntesthost ${variables.join(' ')}\n`;
}

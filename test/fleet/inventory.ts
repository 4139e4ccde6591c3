import { stringify } from 'yaml';

export interface InventoryHost {
  name: string;
  address: string;
}

/**
 * An inventory for Flotte and for Ansible: the hosts as group `web`, with the login, its key and the
 * host keys to verify them by.
 */
export function inventoryText(hosts: InventoryHost[], keyFile: string, knownHostsFile: string): string {
  return stringify(
    {
      all: {
        vars: {
          ansible_user: 'deploy',
          ansible_ssh_private_key_file: keyFile,
          ansible_ssh_common_args: `-o UserKnownHostsFile=${knownHostsFile} -o StrictHostKeyChecking=yes`,
          ansible_python_interpreter: '/usr/bin/python3',
        },
        children: {
          web: {
            hosts: Object.fromEntries(hosts.map(({ name, address }) => [name, { ansible_host: address }])),
          },
        },
      },
    },
    { lineWidth: 0 },
  );
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Job } from './tool.ts';

/** An inventory for Flotte and ansible-core, the same file for both; answers its path. */
export function writeInventory(job: Job): string {
  const { targets, keyFile, knownHostsFile } = job;
  const file = join(job.folder, 'inventory.yml');
  const hosts = Object.fromEntries(
    targets.map(({ name, address, port }) => [name, { ansible_host: address, ansible_port: port }]),
  );
  const vars = {
    ansible_user: 'root',
    ansible_ssh_private_key_file: keyFile,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${knownHostsFile} -o StrictHostKeyChecking=yes`,
    ansible_python_interpreter: '/usr/bin/python3',
  };
  writeFileSync(file, stringify({ all: { vars, hosts } }, { lineWidth: 0 }));
  return file;
}

/** The sum of `changed` in a recap as ansible-core prints it; undefined where a host is missing or failed. */
export function changesInRecap(text: string, hosts: number): number | undefined {
  const lines = [...text.matchAll(/^\S+\s*: ok=\d+ +changed=(\d+) .*?unreachable=(\d+) +failed=(\d+)/gm)];
  if (lines.length !== hosts) return undefined;
  if (lines.some(([, , unreachable, failed]) => Number(unreachable) + Number(failed) > 0)) return undefined;
  return lines.reduce((sum, [, changed]) => sum + Number(changed), 0);
}

import { ANSIBLE_VERSION } from '../../engine/ansibleVersion.ts';
import { loadConfig } from '../config.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';

/** What `--version` prints: the version of ansible-core whose language is spoken in Ansible's form, then what is ours. */
export function programVersion(name: string, terminal: Terminal): string {
  const { settings, file } = loadConfig(terminal);
  return [
    `${name} [core ${ANSIBLE_VERSION.full}]`,
    `  flotte version = ${version()}`,
    `  config file = ${file ?? 'None'}`,
    `  ansible collection location = ${settings.collections_path.value.join(':')}`,
    `  executable location = ${terminal.command.join(' ')}`,
  ].join('\n');
}

import { z } from 'zod';
import { shellWords } from '../lib/shell.ts';
import { defineModule } from '../module/define.ts';
import { ansibleInt, ansibleText, listOf } from '../module/params.ts';
import { changes, failed } from '../module/plan.ts';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const BETWEEN_ATTEMPTS = 2;

/** Starts a host anew and waits until it is there again. */
export default defineModule({
  name: 'reboot',
  collection: 'ansible.builtin',
  doc: `Starts the host anew, and waits until it is there again.

That it has started anew is told by the kernel's own id of its boot.`,
  aliases: {
    connect_timeout_sec: 'connect_timeout',
    post_reboot_delay_sec: 'post_reboot_delay',
    pre_reboot_delay_sec: 'pre_reboot_delay',
    reboot_timeout_sec: 'reboot_timeout',
  },
  params: z.strictObject({
    pre_reboot_delay: ansibleInt()
      .default(0)
      .describe('Seconds that users have; shutdown counts in whole minutes.'),
    post_reboot_delay: ansibleInt().default(0).describe('Seconds before the first attempt to connect.'),
    reboot_timeout: ansibleInt().default(600).describe('Seconds after which it fails.'),
    connect_timeout: ansibleInt().default(5).describe('Seconds until an attempt to connect is given up.'),
    test_command: ansibleText()
      .default('whoami')
      .describe('What must run on the host before it counts as there again.'),
    msg: ansibleText().default('Reboot initiated by Ansible').describe('What users are told.'),
    reboot_command: ansibleText().optional().describe('What starts the host anew, in place of shutdown.'),
    boot_time_command: ansibleText().optional().describe("Taken for compatibility: the kernel's id tells."),
    search_paths: listOf(ansibleText())
      .default(['/sbin', '/bin', '/usr/sbin', '/usr/bin', '/usr/local/sbin'])
      .describe('Where shutdown is looked for.'),
  }),
  async read({ search_paths }, host) {
    const [boot, ...found] = await Promise.all([
      host.content({ path: BOOT_ID }),
      ...search_paths.map((folder) => host.executable({ name: `${folder}/shutdown` })),
    ]);
    return { boot: Buffer.from(boot ?? []).toString(), shutdown: found.find((path) => path !== undefined) };
  },
  plan(params, { boot, shutdown }) {
    const minutes = Math.trunc(Math.max(0, params.pre_reboot_delay) / 60);
    const command =
      params.reboot_command ?? (shutdown && shellWords([shutdown, '-r', String(minutes), params.msg]));
    if (command === undefined) {
      return failed(`Unable to find command "shutdown" in search paths: ${params.search_paths.join(', ')}`, {
        rebooted: false,
      });
    }
    const plan = changes([{ summary: 'start the host anew', command }], { rebooted: true });
    const reconnect = {
      delay: params.post_reboot_delay,
      sleep: BETWEEN_ATTEMPTS,
      timeout: minutes * 60 + params.reboot_timeout,
      connectTimeout: params.connect_timeout,
      bootId: boot,
      test: params.test_command,
    };
    return { ...plan, reconnect };
  },
  steps: ({ command }) => [{ kind: 'run', script: command }],
});

import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText } from '../module/params.ts';
import { type Change, changes } from '../module/plan.ts';

export default defineModule({
  name: 'hostname',
  collection: 'ansible.builtin',
  doc: 'Gives the host its name, now and for the next boot. /etc/hosts is not changed.',
  params: z.strictObject({
    name: ansibleText()
      .refine((name) => /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/.test(name), {
        error: 'must be a host name: letters, digits, dots and dashes',
      })
      .describe('The name.'),
    use: ansibleText()
      .optional()
      .describe('Taken for compatibility: systemd does it, and without it the file and the kernel.'),
  }),
  async read(_params, host) {
    const [now, later, hostnamectl] = await Promise.all([
      host.content({ path: '/proc/sys/kernel/hostname' }),
      host.content({ path: '/etc/hostname' }),
      host.executable({ name: 'hostnamectl' }),
    ]);
    return { now: text(now), later: text(later), byHostnamectl: hostnamectl !== undefined };
  },
  plan({ name }, { now, later, byHostnamectl }) {
    const [short, ...domain] = name.split('.');
    const facts = {
      ansible_hostname: short,
      ansible_nodename: name,
      ansible_fqdn: name,
      ansible_domain: domain.join('.'),
    };
    const differs = now !== name || later !== name;
    const change = {
      summary: `set hostname ${name} (was ${now})`,
      diff: { before: `${now}\n`, after: `${name}\n` },
      byHostnamectl,
    };
    const plan = changes<Change & { byHostnamectl: boolean }>(differs ? [change] : [], {
      name,
      ansible_facts: facts,
    });
    return { ...plan, effects: [{ kind: 'facts', facts, origin: 'host', cacheable: true }] };
  },
  steps({ byHostnamectl }, { name }) {
    const touches = ['/etc/hostname', '/proc/sys/kernel/hostname'];
    if (byHostnamectl) return [{ kind: 'run', argv: ['hostnamectl', 'set-hostname', '--', name], touches }];
    return [
      { kind: 'put', path: '/etc/hostname', content: `${name}\n` },
      { kind: 'run', argv: ['hostname', '--', name], touches },
    ];
  },
});

function text(content: Uint8Array | undefined): string {
  return Buffer.from(content ?? [])
    .toString()
    .trim();
}

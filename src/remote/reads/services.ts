import { TaskFailure } from '../../module/plan.ts';
import type { ServiceState } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

const RECORD = '\x1e';
const BAD = ['not-found', 'masked', 'failed'];

const LIST = `systemctl list-units --no-pager --no-legend --type service --all --plain || exit
printf '\\036'
systemctl list-unit-files --no-pager --no-legend --type service --all`;

/** Services that are loaded, and those that only have a file. */
export const services = definePrimitive('services', {
  script: () => LIST,
  parse({ rc, stdout, stderr }, asked) {
    if (rc !== 0) {
      const said = stderr.toString().trim();
      return asked.map(() => new TaskFailure(`systemd cannot be asked on this host${said && ` (${said})`}`));
    }
    const [units = '', files = ''] = stdout.toString().split(RECORD);
    const all = new Map<string, ServiceState>(units.split('\n').flatMap(unitLine));
    for (const line of files.split('\n')) {
      const [name, status] = line.trim().split(/\s+/);
      if (!name?.endsWith('.service') || status === undefined) continue;
      const known = all.get(name);
      if (!known) all.set(name, { name, state: 'inactive', status });
      else if (!BAD.includes(known.status)) known.status = status;
    }
    return asked.map(() => [...all.values()]);
  },
  paths: () => ['/etc/systemd', '/run/systemd', '/usr/lib/systemd', '/lib/systemd', '/etc/init.d'],
});

// `cron.service loaded active running Regular background program processing daemon`
function unitLine(line: string): [string, ServiceState][] {
  const [name = '', load = '', active = '', sub = ''] = line.trim().split(/\s+/);
  if (!name.endsWith('.service')) return [];
  const bad = BAD.find((word) => [load, active, sub].includes(word));
  return [[name, { name, state: sub === 'running' ? 'running' : 'stopped', status: bad ?? active }]];
}

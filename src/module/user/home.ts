import { shellQuote } from '../../lib/shell.ts';
import type { Passwd } from '../reads.ts';
import type { UserChange } from './changes.ts';
import { homeToBe } from './create.ts';
import { homeMode } from './defaults.ts';
import { movesHome } from './modify.ts';
import type { UserNow } from './read.ts';

/** A home that is missing though its user is there. */
export function homeChange(now: UserNow, user: Passwd): UserChange[] {
  const { wanted, home, defaults } = now;
  if (!wanted.create_home || home.stat || !defaults || movesHome(now, user)) return [];
  const [path, skeleton] = [shellQuote(home.path), shellQuote(wanted.skeleton ?? '/etc/skel')];
  const mode = homeMode(defaults, wanted.umask).toString(8).padStart(4, '0');
  // The colon stands for the primary group, whatever it is by then.
  const script = `mkdir -p -m 700 -- ${path} || exit
[ ! -d ${skeleton} ] || cp -Rp -- ${skeleton}/. ${path} || exit
chmod ${mode} -- ${path} || exit
chown -hR -- ${shellQuote(`${wanted.name}:`)} ${path}`;
  const brings = {
    files: [homeToBe(now, { name: wanted.name, group: now.group?.name ?? user.group }, defaults)],
  };
  const title = `create home ${home.path}`;
  return [
    {
      summary: `${title} (owner ${wanted.name}, mode ${mode})`,
      steps: [{ kind: 'run', script, title, touches: [home.path], brings }],
    },
  ];
}

import { shellQuote } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

const RECORD = '\x1e';

/** Crontabs as crontab(1) shows them; another user's needs root. */
export const crontab = definePrimitive('crontab', {
  script: (asked) =>
    asked
      .map(
        ({ user }) =>
          `crontab -l${user === undefined ? '' : ` -u ${shellQuote(user)}`} 2>/dev/null; printf '\\036%s\\036' $?`,
      )
      .join('\n'),
  parse({ stdout }, asked) {
    const records = stdout.toString().split(RECORD);
    return asked.map((_, i) => (records[2 * i + 1] === '0' ? records[2 * i] : undefined));
  },
  paths: () => ['/var/spool/cron'],
});

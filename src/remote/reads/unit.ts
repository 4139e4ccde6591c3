import { shellWords } from '../../lib/shell.ts';
import { TaskFailure } from '../../module/plan.ts';
import type { UnitProperties } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

const SCOPES = ['system', 'user', 'global'] as const;
// Where systemd looks for unit files, their drop-ins and SysV scripts.
const UNIT_FOLDERS = [
  '/etc/systemd',
  '/run/systemd',
  '/usr/local/lib/systemd',
  '/usr/lib/systemd',
  '/lib/systemd',
  '/etc/init.d',
];

const RECORD = '\x1e';

interface Asked {
  name: string;
  scope?: (typeof SCOPES)[number];
}

/** All properties of units as `systemctl show` prints them: one systemctl for each scope that is asked for. */
export const unit = definePrimitive('unit', {
  script: (asked) =>
    SCOPES.map(
      (scope) => `${scopeScript(scope, namesIn(asked, scope))}printf '%s\\036' $?; printf '\\036' >&2`,
    ).join('\n'),
  parse({ stdout, stderr }, asked) {
    const outs = stdout.toString().split(RECORD);
    const errs = stderr.toString().split(RECORD);
    const answers = new Map<string, UnitProperties | TaskFailure>();
    SCOPES.forEach((scope, i) => {
      const names = namesIn(asked, scope);
      const blocks = unitBlocks(outs[i] ?? '');
      const problem = new TaskFailure(unavailable(scope, errs[i] ?? ''));
      names.forEach((name, at) => {
        answers.set(`${scope} ${name}`, blocks.length === names.length ? blocks[at]! : problem);
      });
    });
    return asked.map(
      (one) =>
        answers.get(`${scopeOf(one)} ${one.name}`) ?? new TaskFailure(`"${one.name}" is no unit's name`),
    );
  },
  paths: () => UNIT_FOLDERS,
});

function scopeOf({ scope }: Asked) {
  return scope ?? 'system';
}

// A name with a pattern in it would be answered by any number of units.
function namesIn(asked: Asked[], scope: Asked['scope']): string[] {
  const valid = asked.filter(({ name }) => /^[A-Za-z0-9:_.\\@-]+$/.test(name));
  return [...new Set(valid.filter((one) => scopeOf(one) === scope).map(({ name }) => name))];
}

function scopeScript(scope: (typeof SCOPES)[number], names: string[]): string {
  if (names.length === 0) return '';
  const words = shellWords(names);
  if (scope === 'system') return `systemctl show --no-pager -- ${words}\n`;
  if (scope === 'user') {
    return `XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" systemctl --user show --no-pager -- ${words}\n`;
  }
  // There is no manager to ask about units of all users, only their files.
  return `for u in ${words}; do
  s=$(systemctl --global is-enabled "$u" 2>/dev/null)
  printf 'Id=%s\\nLoadState=%s\\nUnitFileState=%s\\n\\n' "$u" "$([ -n "$s" ] && echo loaded || echo not-found)" "$s"
done
`;
}

function unavailable(scope: string, stderr: string): string {
  const said = stderr.trim().split('\n')[0] ?? '';
  const which = scope === 'user' ? 'systemd of the user' : 'systemd';
  return `${which} cannot be asked on this host${said && ` (${said})`}`;
}

/** Blocks of `Name=value` lines; only texts of Exec properties go over several lines, up to ` }`. */
export function unitBlocks(text: string): UnitProperties[] {
  const blocks: UnitProperties[] = [];
  let block: UnitProperties = {};
  let open: { name: string; value: string } | undefined;
  for (const line of text.replace(/\d+$/, '').split('\n')) {
    if (open) {
      open.value += `\n${line}`;
      if (!line.trimEnd().endsWith('}')) continue;
      block[open.name] = open.value;
      open = undefined;
    } else if (line === '') {
      if (Object.keys(block).length > 0) blocks.push(block);
      block = {};
    } else {
      const at = line.indexOf('=');
      const [name, value] = [line.slice(0, at), line.slice(at + 1)];
      if (name.startsWith('Exec') && value.startsWith('{') && !value.trimEnd().endsWith('}'))
        open = { name, value };
      else if (at > 0) block[name] = value;
    }
  }
  if (Object.keys(block).length > 0) blocks.push(block);
  return blocks;
}

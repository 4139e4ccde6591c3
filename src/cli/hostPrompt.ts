import {
  createPrompt,
  isDownKey,
  isEnterKey,
  isSpaceKey,
  isUpKey,
  makeTheme,
  useKeypress,
  useMemo,
  usePagination,
  usePrefix,
  useState,
} from '@inquirer/core';
import { colors } from '../report/palette.ts';
import { oneLine } from '../report/printable.ts';
import { type HostChoice, type HostRow, hostRows, hostsOf, knownOf, toggled } from './hostList.ts';

export interface HostPromptConfig {
  message: string;
  choices: readonly HostChoice[];
  /** Lines of the list shown at a time. */
  pageSize: number;
  /** Seconds since the epoch, for the age of last results. */
  now: number;
}

const KEYS = 'type to search, space: choose, *: choose all shown, enter: go on';

/**
 * A list of hosts by group, of which any number can be chosen. Typing narrows it; space on a group's line chooses
 * all of it that is shown. What was chosen stays chosen when the search hides it. Gives the names in inventory order.
 */
export const hostPrompt = createPrompt<string[], HostPromptConfig>((config, done) => {
  const { choices, pageSize, now } = config;
  const theme = makeTheme();
  const [status, setStatus] = useState<'idle' | 'done'>('idle');
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState(0);
  const [error, setError] = useState('');
  const prefix = usePrefix({ status, theme });
  const rows = useMemo(() => hostRows(choices, filter), [filter]);
  const width = useMemo(() => Math.max(...choices.map(({ name }) => oneLine(name).length)), []);

  useKeypress((key, readline) => {
    setError('');
    const row = rows[active];
    if (isEnterKey(key)) {
      if (chosen.size === 0) return setError('Choose at least one host (space), or end with Ctrl-C.');
      setStatus('done');
      return done(choices.map(({ name }) => name).filter((name) => chosen.has(name)));
    }
    const all = readline.line.endsWith('*');
    if (isSpaceKey(key) || all) {
      // readline has taken the key for text.
      readline.clearLine(0);
      readline.write(filter);
      const hosts = all ? rows.flatMap(hostsOf) : row ? hostsOf(row) : [];
      return setChosen(toggled(chosen, hosts));
    }
    if (isUpKey(key)) return setActive(Math.max(0, active - 1));
    if (isDownKey(key)) return setActive(Math.min(rows.length - 1, active + 1));
    if (readline.line !== filter) {
      setFilter(readline.line);
      setActive(0);
    }
  });

  const page = usePagination({
    items: rows.length > 0 ? rows : [NOTHING],
    active,
    renderItem: ({ item, isActive }) => rowText(item, isActive),
    pageSize,
    loop: false,
  });

  function rowText(row: HostRow, isActive: boolean): string {
    if (row === NOTHING) return colors.dim('  no host matches');
    const cursor = isActive ? colors.cyan('❯') : ' ';
    const count = hostsOf(row).filter((host) => chosen.has(host)).length;
    const box = count === 0 ? '◯' : count === hostsOf(row).length ? colors.green('◉') : colors.green('◐');
    if (row.kind === 'group') return `${cursor}${box} ${colors.bold(oneLine(row.group))}`;
    const name = oneLine(row.choice.name).padEnd(width);
    const known = colors.dim(oneLine(knownOf(row.choice, now)));
    return `${cursor}  ${box} ${isActive ? colors.cyan(name) : name}  ${known}`;
  }

  const count = `${chosen.size} of ${choices.length} chosen`;
  const message = theme.style.message(config.message, status);
  if (status === 'done') return `${prefix} ${message} ${theme.style.answer(count)}`;
  const note = error === '' ? colors.dim(`${count}   ${KEYS}`) : theme.style.error(error);
  return [`${prefix} ${message} ${colors.cyan(filter)}`, `${page}\n${note}`];
});

const NOTHING: HostRow = { kind: 'group', group: '', hosts: [] };

import type { Command } from 'commander';

/** The command line with the beginnings of flags completed where they can mean only one, as Python's argparse does. */
export function withWholeNames(argv: string[], command: Command): string[] {
  const names = [...command.options, ...command.commands.flatMap((each) => each.options)].flatMap(
    ({ long }) => long ?? [],
  );
  const end = argv.indexOf('--');
  return argv.map((argument, i) => {
    if (end >= 0 && i >= end) return argument;
    const [, name, value] = /^(--[^=]+)(=.*)?$/s.exec(argument) ?? [];
    if (name === undefined || names.includes(name)) return argument;
    const meant = new Set(names.filter((each) => each.startsWith(name)));
    return meant.size === 1 ? `${[...meant][0]}${value ?? ''}` : argument;
  });
}

import { availablePath, type Folders, isEnabled, switchOf } from './apache.ts';
import { commentWords } from './apacheSwitch.ts';
import type { Reads } from './reads.ts';

/** What other modules one needs, and with which it cannot be. */
export interface Relations {
  depends: string[];
  conflicts: string[];
}

// a2enmod takes cgid where the server has threads: with any process model but prefork.
export function effectiveName(name: string, state: string, { enabled }: Folders): string {
  const threaded = enabled.has('mpm_event.load') || enabled.has('mpm_worker.load');
  return name === 'cgi' && state === 'present' && threaded ? 'cgid' : name;
}

/** A module behind all that it needs, directly or not, and that is not enabled. */
export async function neededBy(
  name: string,
  folders: Folders,
  seen: Map<string, Relations>,
  host: Reads,
): Promise<string[]> {
  seen.set(name, { depends: [], conflicts: [] });
  if (isEnabled('mods', switchOf('mods', name, folders))) return [name];
  const content = folders.available.includes(`${name}.load`)
    ? await host.content({ path: availablePath('mods', `${name}.load`) })
    : undefined;
  const relations = {
    depends: commentWords(content, 'Depends'),
    conflicts: commentWords(content, 'Conflicts'),
  };
  seen.set(name, relations);
  const names: string[] = [];
  for (const other of relations.depends) {
    if (!seen.has(other)) names.push(...(await neededBy(other, folders, seen, host)));
  }
  return [...names, name];
}

/** A module behind all enabled ones that depend on it, directly or not. */
export async function dependingOn(
  name: string,
  folders: Folders,
  seen: Map<string, Relations>,
  host: Reads,
): Promise<string[]> {
  if (!folders.enabled.has(`${name}.load`)) return [name];
  const loads = [...folders.enabled.keys()].filter((file) => file.endsWith('.load'));
  const contents = await Promise.all(
    loads.map((file) => host.content({ path: availablePath('mods', file) })),
  );
  loads.forEach((file, i) => {
    const depends = commentWords(contents[i], 'Depends');
    seen.set(file.replace(/\.load$/, ''), { depends, conflicts: [] });
  });
  const order: string[] = [];
  const visit = (one: string) => {
    if (order.includes(one)) return;
    for (const [other, { depends }] of seen) if (depends.includes(one)) visit(other);
    order.push(one);
  };
  visit(name);
  return order;
}

import { SECTIONS } from '../playbook/load.ts';
import type { Loading } from '../playbook/loading.ts';
import type { Play, Task } from '../playbook/model.ts';

/** The task that gathers a play's facts before all others. */
export async function factsTask(play: Play, loading: Loading): Promise<Task> {
  const module = await loading.loadModule('setup');
  if (!module) throw new Error('the module setup is missing');
  const args: Record<string, unknown> = {};
  for (const name of ['gather_subset', 'gather_timeout', 'fact_path']) {
    const keyword = play.keywords.get(name);
    if (keyword) args[name] = keyword.value;
  }
  return {
    kind: 'task',
    parent: play,
    keywords: new Map([['tags', { value: ['always'], place: play.place }]]),
    place: play.place,
    id: loading.nextId(),
    order: [SECTIONS.facts],
    name: 'Gathering Facts',
    action: 'setup',
    module,
    args,
    handler: false,
    listen: [],
    tags: ['always'],
  };
}

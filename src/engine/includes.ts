import { toText } from '../jinja/index.ts';
import { SourceError } from '../lib/sourceError.ts';
import type { Effect } from '../module/plan.ts';
import { KEYWORDS, splitKeywords, variablesOf } from '../playbook/keywords.ts';
import type { Loading } from '../playbook/loading.ts';
import { type Block, type Node, type Task, tasksBelow } from '../playbook/model.ts';
import { loadRole, loadRoleHandlers, loadTasksFile, numberNodes, tasksFile } from '../playbook/tasks.ts';
import type { Layer } from '../variables/layer.ts';
import { layerOf } from '../variables/layer.ts';
import type { Lane, Status } from './context.ts';
import { reshape } from './hostState.ts';
import { taskInfo } from './info.ts';
import { taskScope } from './scope.ts';
import { taskMistakes } from './taskMistakes.ts';

type Include = Extract<Effect, { kind: 'include_tasks' | 'include_role' }>;

/** Loads what a task includes, once for all hosts, and runs it on this one. */
export async function runIncludes(
  lane: Lane,
  task: Task,
  effect: Include,
  layer: Layer | undefined,
  maybe: string | undefined,
  runNodes: (lane: Lane, nodes: Node[]) => Promise<Status>,
): Promise<Status> {
  const { batch, host } = lane;
  const item = layer ? [...layer.names()].map((name) => layer.get(name)) : [];
  const key = JSON.stringify([task.id, effect, item]);
  let loading = batch.includes.get(key);
  if (!loading) {
    loading = load(lane, task, effect, batch.includes.size);
    batch.includes.set(key, loading);
  }
  const nodes = await loading;
  batch.run.emit({
    type: 'included',
    time: Date.now() / 1000,
    hosts: [host.name],
    task: taskInfo(lane, task),
    file: effect.kind === 'include_tasks' ? effect.file : effect.role,
  });
  if (layer) lane.extra.unshift(layer);
  const before = lane.maybe;
  lane.maybe ??= maybe;
  reshape(host);
  try {
    return await runNodes(lane, nodes);
  } finally {
    lane.maybe = before;
    if (layer) lane.extra.shift();
    reshape(host);
  }
}

async function load(lane: Lane, task: Task, effect: Include, count: number): Promise<Node[]> {
  const { run } = lane.batch;
  const problems: SourceError[] = [];
  const loading: Loading = {
    ...run.loading,
    problems,
    folder: lane.batch.play.folder,
    template: (text, place) => toText(run.templating.value(text, taskScope(lane, task), { place })),
  };
  const parent = levelOf(task, effect);
  const nodes =
    effect.kind === 'include_tasks'
      ? await loadTasksFile(
          tasksFile(effect.file, task, task.place.file, loading),
          parent,
          loading,
          task.handler,
        )
      : await includeRole(lane, task, effect, parent, loading);
  const mistakes = taskMistakes([...tasksBelow(nodes)]);
  const [problem] = [...problems, ...mistakes.problems];
  if (problem) throw problem;
  numberNodes(nodes, [...task.order, count]);
  return nodes;
}

// What is included inherits from where the include stands, not from the include itself; but its vars, and `apply`.
function levelOf(task: Task, effect: Include): Block {
  const { keywords, others } = splitKeywords(effect.apply, KEYWORDS.block, task.place.file);
  const [unknown] = others.keys();
  if (unknown !== undefined) throw new SourceError(`"${unknown}" is no keyword for apply`, task.place);
  const level: Block = {
    kind: 'block',
    parent: task.parent,
    keywords,
    place: task.place,
    order: task.order,
    block: [],
    rescue: [],
    always: [],
  };
  const vars = variablesOf(keywords.get('vars'), 'vars of apply');
  if (vars) level.vars = vars;
  if (task.vars && effect.kind === 'include_tasks') level.includeParams = task.vars;
  return level;
}

async function includeRole(
  lane: Lane,
  task: Task,
  effect: Extract<Include, { kind: 'include_role' }>,
  parent: Block,
  loading: Loading,
): Promise<Node[]> {
  const entry = {
    name: effect.role,
    keywords: new Map(parent.keywords),
    params: task.vars ?? { values: {}, origin: 'role parameters' },
    place: task.place,
  };
  const from = {
    tasks: effect.tasksFrom,
    vars: effect.varsFrom,
    defaults: effect.defaultsFrom,
    handlers: effect.handlersFrom,
  };
  const block = await loadRole(entry, parent, loading, from);
  const { play } = lane.batch;
  const handlers = [...tasksBelow(await loadRoleHandlers(block, loading, effect.handlersFrom))];
  const known = new Set(play.handlers.map((handler) => `${handler.place.file}:${handler.place.line}`));
  play.handlers.push(
    ...handlers.filter((handler) => !known.has(`${handler.place.file}:${handler.place.line}`)),
  );
  if (effect.public && block.role) {
    const { vars, defaults } = block.role;
    lane.batch.playLayers.push(
      ...[...vars, ...defaults].map(({ values, origin }) => layerOf(values, origin, true)),
    );
  }
  return [block];
}

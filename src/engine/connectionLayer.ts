import { findHost } from '../inventory/inventory.ts';
import { MISSING } from '../jinja/index.ts';
import { inherited, type Level } from '../playbook/model.ts';
import type { Layer } from '../variables/layer.ts';
import { hasTemplateMark } from '../variables/templating.ts';
import type { Lane } from './context.ts';

interface Name {
  /** Another name of the same variable. */
  other?: string;
  value: (lane: Lane, level: Level) => unknown;
}

const connection: Name['value'] = (lane, level) =>
  keyword(level, 'connection') ?? defaults(lane).connection ?? 'ssh';
const port: Name['value'] = (lane, level) => keyword(level, 'port') ?? defaults(lane).port;
const user: Name['value'] = (lane, level) => keyword(level, 'remote_user') ?? defaults(lane).user;
const timeout: Name['value'] = (lane) => defaults(lane).timeout;

const NAMES: ReadonlyMap<string, Name> = new Map([
  ['ansible_connection', { value: connection }],
  ...bothNames('host', addressOf),
  ...bothNames('port', port),
  ...bothNames('user', user),
  ...bothNames('timeout', timeout),
]);

function bothNames(name: string, value: Name['value']): [string, Name][] {
  const [plain, ssh] = [`ansible_${name}`, `ansible_ssh_${name}`];
  return [
    [plain, { other: ssh, value }],
    [ssh, { other: plain, value }],
  ];
}

/**
 * How a task reaches its host, by the names of the variables that can say otherwise, as Ansible has them. `layers` are
 * all others: where one of them has a variable under its other name, that is its value.
 */
export function connectionLayer(lane: Lane, level: Level, layers: readonly Layer[]): Layer {
  const isSaid = (name: string): boolean => layers.some((layer) => layer.get(name) !== MISSING);
  const get = (name: string): unknown => {
    const known = NAMES.get(name);
    if (!known) return MISSING;
    const { other, value } = known;
    return other !== undefined && isSaid(other) ? `{{ ${other} }}` : (value(lane, level) ?? MISSING);
  };
  return {
    origin: 'the connection',
    trusted: true,
    get,
    names: () => [...NAMES.keys()].filter((name) => get(name) !== MISSING),
  };
}

function defaults({ batch }: Lane): Lane['batch']['run']['options']['connection'] {
  return batch.run.options.connection;
}

function addressOf({ batch, host }: Lane): string {
  return findHost(batch.run.inventory, host.name)?.implicit ? '127.0.0.1' : host.name;
}

// A keyword's own template may ask for the variable.
function keyword(level: Level, name: string): unknown {
  const value = inherited(level, name)?.value;
  return typeof value === 'string' && hasTemplateMark(value) ? undefined : (value ?? undefined);
}

import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleFloat, ansibleInt, ansibleText, choice, listOf } from '../module/params.ts';
import { failed, none } from '../module/plan.ts';
import type { WaitCondition } from '../module/reads.ts';

const params = z
  .strictObject({
    host: ansibleText().default('127.0.0.1').describe('Name or address, as the host that waits knows it.'),
    port: ansibleInt().optional().describe('TCP port.'),
    path: ansibleText().optional().describe('A path of the host.'),
    search_regex: ansibleText()
      .optional()
      .describe('What must be found in the file, or in what the peer says.'),
    state: choice(['absent', 'drained', 'present', 'started', 'stopped'])
      .default('started')
      .describe('What is waited for.'),
    delay: ansibleFloat().default(0).describe('Seconds before the first look.'),
    sleep: ansibleFloat().default(1).describe('Seconds between two looks.'),
    timeout: ansibleFloat().default(300).describe('Seconds after which it fails.'),
    connect_timeout: ansibleFloat().default(5).describe('Seconds that one connection may take.'),
    active_connection_states: listOf(ansibleText())
      .default(['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'])
      .describe('TCP states that count as connections, for drained.'),
    exclude_hosts: listOf(ansibleText()).optional().describe('Peers that do not count, for drained.'),
    msg: ansibleText().optional().describe('What is said when the time is over.'),
  })
  .refine(({ port, path }) => port === undefined || path === undefined, 'give one of port and path')
  .refine(
    ({ state, path }) => !(state === 'stopped' && path !== undefined),
    'state=stopped should only be used for checking a port',
  )
  .refine(
    ({ state, path }) => !(state === 'drained' && path !== undefined),
    'state=drained should only be used for checking a port',
  )
  .refine(
    ({ state, exclude_hosts }) => exclude_hosts === undefined || state === 'drained',
    'exclude_hosts should only be with state=drained',
  );

type Params = z.infer<typeof params>;

/** Waits until a port, a file or the connections to a port are as asked. */
export default defineModule({
  name: 'wait_for',
  collection: 'ansible.builtin',
  doc: 'Wait until a port answers or is closed, a file is there or gone, or a port has no connections left. The host itself looks.',
  params,
  volatile: true,
  read: (params, host) => host.wait(condition(params)),
  plan(params, { met, elapsed, groups, namedGroups, problem }) {
    const result = {
      state: params.state,
      elapsed,
      path: params.path ?? null,
      port: params.port ?? null,
      search_regex: params.search_regex ?? null,
      match_groups: groups,
      match_groupdict: namedGroups,
    };
    if (problem !== undefined) return failed(problem, { elapsed });
    return met ? none(result) : failed(params.msg ?? overdue(params), { elapsed });
  },
  steps: () => [],
});

function condition(params: Params): WaitCondition {
  const { port, path, state } = params;
  return {
    kind:
      state === 'drained' ? 'drained' : path !== undefined ? 'path' : port === undefined ? 'time' : 'port',
    state: state === 'absent' || state === 'stopped' ? 'absent' : 'present',
    host: params.host,
    ...(port !== undefined && { port }),
    ...(path !== undefined && { path }),
    ...(params.search_regex !== undefined && { searchRegex: params.search_regex }),
    connectionStates: params.active_connection_states,
    excludeHosts: params.exclude_hosts ?? [],
    delay: params.delay,
    sleep: params.sleep,
    timeout: params.timeout,
    connectTimeout: params.connect_timeout,
  };
}

function overdue({ state, host, port, path, search_regex: regex }: Params): string {
  const place = path ?? `${host}:${port}`;
  if (state === 'drained') return `Timeout when waiting for ${place} to drain`;
  if (state === 'stopped') return `Timeout when waiting for ${place} to stop.`;
  if (state === 'absent')
    return path === undefined
      ? `Timeout when waiting for ${place} to stop.`
      : `Timeout when waiting for ${path} to be absent.`;
  if (path !== undefined)
    return regex === undefined
      ? `Timeout when waiting for file ${path}`
      : `Timeout when waiting for search string ${regex} in ${path}`;
  return regex === undefined
    ? `Timeout when waiting for ${place}`
    : `Timeout when waiting for search string ${regex} in ${place}`;
}

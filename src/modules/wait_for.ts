import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleFloat, ansibleInt, ansibleText, choice, listOf } from '../module/params.ts';
import { failed, none } from '../module/plan.ts';
import type { WaitCondition } from '../module/reads.ts';

const TCP_STATES = ['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'] as const;

const params = z
  .strictObject({
    port: ansibleInt().optional().describe('TCP port to wait for.'),
    path: ansibleText().optional().describe('Path to wait for.'),
    host: ansibleText().default('127.0.0.1').describe('Where the port is, as the host sees it.'),
    state: choice(['absent', 'drained', 'present', 'started', 'stopped'])
      .default('started')
      .describe('What is waited for: present and started are the same, absent and stopped nearly so.'),
    search_regex: ansibleText()
      .optional()
      .describe('What must stand in the file, or what the peer must say: a regular expression, by lines.'),
    timeout: ansibleInt().default(300).describe('Longest wait, in seconds.'),
    delay: ansibleInt().default(0).describe('Seconds before the first look.'),
    sleep: ansibleFloat().default(1).describe('Seconds between two looks.'),
    connect_timeout: ansibleInt().default(5).describe('Longest wait for one connection, in seconds.'),
    active_connection_states: listOf(choice(TCP_STATES))
      .default([...TCP_STATES])
      .describe('States of connections that count, with state drained.'),
    exclude_hosts: listOf(ansibleText()).optional().describe('Peers that do not count, with state drained.'),
    msg: ansibleText().optional().describe('What to say where the time is over.'),
  })
  .refine(
    ({ port, path }) => port === undefined || path === undefined,
    'port and path parameter can not both be passed to wait_for',
  )
  .refine(({ path, state }) => path === undefined || (state !== 'stopped' && state !== 'drained'), {
    error: 'states stopped and drained are for ports',
  })
  .refine(({ port, state }) => port !== undefined || state !== 'drained', 'state drained needs a port')
  .refine(({ exclude_hosts, state }) => exclude_hosts === undefined || state === 'drained', {
    error: 'exclude_hosts should only be with state=drained',
  });

export default defineModule({
  name: 'wait_for',
  collection: 'ansible.builtin',
  doc: `Waits on the host until a port opens or closes, a path comes or goes, or connections end.

Needs Perl on the host, which every Debian has. Without port and path it only lets the time pass.`,
  params,
  volatile: true,
  async read(given, host) {
    const path = given.path === undefined ? undefined : await hostPath(given.path, host);
    return host.wait(condition(given, path));
  },
  plan(given, { met, elapsed, groups, namedGroups, problem }) {
    if (problem !== undefined) return failed(problem, { elapsed });
    if (!met) return failed(given.msg ?? overdue(given), { elapsed });
    return none({
      state: given.state,
      port: given.port ?? null,
      path: given.path ?? null,
      search_regex: given.search_regex ?? null,
      match_groups: groups,
      match_groupdict: namedGroups,
      elapsed,
    });
  },
  steps: () => [],
});

type Given = z.output<typeof params>;

function condition(given: Given, path: string | undefined): WaitCondition {
  const { port, state } = given;
  const going = state === 'absent' || state === 'stopped';
  return {
    kind:
      state === 'drained' ? 'drained' : path !== undefined ? 'path' : port !== undefined ? 'port' : 'time',
    state: going ? 'absent' : 'present',
    ...(port !== undefined && { port, host: given.host }),
    ...(path !== undefined && { path }),
    ...(given.search_regex !== undefined && !going && { searchRegex: given.search_regex }),
    ...(state === 'drained' && {
      connectionStates: given.active_connection_states,
      excludeHosts: given.exclude_hosts ?? [],
    }),
    delay: given.delay,
    sleep: given.sleep,
    timeout: given.timeout,
    connectTimeout: given.connect_timeout,
  };
}

function overdue({ host, port, path, state, search_regex: regex }: Given): string {
  const place = path ?? `${host}:${port}`;
  if (state === 'drained') return `Timeout when waiting for ${place} to drain`;
  if (state === 'absent' || state === 'stopped') {
    return `Timeout when waiting for ${place} to ${path === undefined ? 'stop' : 'be absent'}.`;
  }
  if (regex !== undefined) return `Timeout when waiting for search string ${regex} in ${place}`;
  return path === undefined ? `Timeout when waiting for ${place}` : `Timeout when waiting for file ${place}`;
}

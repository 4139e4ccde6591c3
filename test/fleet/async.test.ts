import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnFleet } from './describe-on-fleet.ts';
import { flotte } from './flotte.ts';
import { type Fleet, startFleet } from './index.ts';

describeOnFleet('work that outlives the run', () => {
  let fleet: Fleet;
  let folder: string;
  const run = async (tasks: string): Promise<string> => {
    const file = join(folder, 'site.yml');
    writeFileSync(file, `- hosts: all\n  gather_facts: false\n  become: true\n  tasks:\n${tasks}`);
    const { code, stdout, stderr } = await flotte([
      'run',
      '--yes',
      '--output',
      'ansible',
      '-v',
      '-i',
      fleet.inventoryFile,
      file,
    ]);
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  };

  beforeAll(async () => {
    fleet = await startFleet({ name: 'async', count: 1, base: 'debian' });
    folder = mkdtempSync(join(tmpdir(), 'flotte-async-'));
  });
  afterAll(() => fleet?.stop());

  it('goes on as the user it was started as, and another run is told what it came to', async () => {
    const [host] = fleet.hosts;
    const started = await run('    - {shell: "sleep 4; id -un; touch /srv/done", async: 60, poll: 0}\n');
    const jid = /"ansible_job_id": "(j\d+\.\d+)"/.exec(started)?.[1];
    expect(await host!.read('ls /srv')).not.toContain('done');
    const came = await run(`    - async_status: {jid: ${jid}}
      register: job
      until: job is finished
      retries: 30
      delay: 1
    - assert: {that: [job.stdout == "root", job.rc == 0, job is changed]}
    - async_status: {jid: ${jid}, mode: cleanup}
`);
    expect(came).toContain('All assertions passed');
    expect(await host!.read('ls /srv')).toContain('done');
    expect(await host!.read('ls -A /root/.ansible_async')).toBe('');
  });

  it('installs a package in the background', async () => {
    const came = await run(`    - apt: {name: tree, update_cache: true}
      async: 300
      poll: 0
      register: job
    - async_status: {jid: "{{ job.ansible_job_id }}"}
      register: came
      until: came is finished
      retries: 100
      delay: 1
    - command: tree --version
    - assert: {that: [came is changed, "'tree' in came.stdout"]}
`);
    expect(came).toContain('All assertions passed');
  });

  it('a task that waits survives the loss of its connection', async () => {
    const [host] = fleet.hosts;
    const running = run(`    - shell: sleep 8; echo survived
      async: 60
      poll: 2
      register: came
    - assert: {that: [came.stdout == "survived"]}
`);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await host!.run("pkill -f 'sshd: deploy' || true");
    expect(await running).toContain('All assertions passed');
  });
});

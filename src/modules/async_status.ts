import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleText, choice } from '../module/params.ts';
import { type Change, changes, failed, none } from '../module/plan.ts';
import type { RemoveStep } from '../module/step.ts';

interface Removal extends Change {
  step: RemoveStep;
}

const SILENT = { stdout: '', stdout_lines: [], stderr: '', stderr_lines: [] };

/** Tells how a job is that a task with `async` started. */
export default defineModule({
  name: 'async_status',
  collection: 'ansible.builtin',
  doc: 'Tell how a job is that a task with `async` and `poll: 0` started, or clear its file away. What it registers once the job is finished is what the task itself would have registered.',
  params: z.strictObject({
    jid: ansibleText()
      .refine((jid) => !jid.includes('/'), 'must be the ansible_job_id that the task registered')
      .describe('The `ansible_job_id` that the task with `async` registered.'),
    mode: choice(['status', 'cleanup'])
      .default('status')
      .describe('Tell how the job is (`status`), or remove the file that tells it (`cleanup`).'),
  }),
  volatile: true,
  async read({ jid }, host, control) {
    const file = `${await hostPath(control.jobFolder, host)}/${jid}`;
    const bytes = await host.content({ path: file, fresh: true });
    return { file, job: bytes && (await control.jobResult(Buffer.from(bytes).toString())) };
  },
  plan({ jid, mode }, { file, job }) {
    const about = { ...SILENT, ansible_job_id: jid };
    if (!job) return failed('could not find job', { ...about, started: true, finished: true });
    if (mode === 'cleanup') {
      const removal: Removal = {
        summary: `remove ${file}`,
        step: { kind: 'remove', path: file },
        uncounted: true,
      };
      return changes([removal], { ...about, started: false, finished: false, erased: file });
    }
    const result = { ...about, started: true, results_file: file, ...job };
    if (job.failed) return failed(String(job.msg ?? 'the job failed'), result);
    const facts = job.ansible_facts as Record<string, unknown> | undefined;
    if (!facts) return none(result);
    return { ...none(result), effects: [{ kind: 'facts', facts, origin: 'host', cacheable: true }] };
  },
  steps: (change: Removal) => [change.step],
});

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeOnFleet } from '../fleet/describe-on-fleet.ts';
import { findOracle } from './oracle.ts';
import { readTrials } from './roles/trials.ts';
import { tryOut } from './roles/tryOut.ts';

const OWN = fileURLToPath(new URL('./roles/own', import.meta.url));
const oracle = await findOracle();
const folder = oracle.missing === undefined ? oracle.folder : '';
const skipped = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`;

// Public roles are tried by `npm run roles`; these are ours, in their shape.
describeOnFleet(`roles leave hosts as ansible-playbook does${skipped}`, () => {
  it.skipIf(oracle.missing).each(readTrials(`${OWN}/trials.yml`))('$name', async (trial) => {
    const result = await tryOut(trial, OWN, folder);
    expect(result.said).toEqual([]);
    expect(result.runs).toEqual([]);
    expect(result.files.different).toEqual([]);
    expect(result.files.alike).toBeGreaterThan(10);
    expect(result.checkWrote).toEqual([]);
    expect(result.flotte.again).toMatch(/changed=0/);
  });
});

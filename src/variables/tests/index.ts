import { define, type Environment } from '../../jinja/index.ts';
import { type Callables, registerAll } from '../filters/register.ts';
import { isVaultText } from '../vaultFormat.ts';
import { fileTests } from './files.ts';
import { ipTests } from './ip.ts';
import { resultTests } from './results.ts';
import { valueTests } from './values.ts';

// A `!vault` value is opened before a test sees it, so that only a text that is still encrypted counts.
const vaultTests: Callables = {
  vault_encrypted: define(['value'], (value) => typeof value === 'string' && isVaultText(value)),
};

/** Adds Ansible's tests to an environment: those of task results (`is changed`), of plain values and of files. */
export function registerTests(environment: Environment): void {
  for (const table of [resultTests, valueTests, fileTests, ipTests, vaultTests])
    registerAll(environment.tests, table);
}

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { copyTargets, sharesDisk } from './checkout.ts';
import { keepResult, type Results, readResults, table } from './results.ts';
import { type Runner, runTarget } from './run.ts';
import { ourRunner, pythonForTargets, realRunner } from './runners.ts';
import { inventoryOf, startTestHost } from './testHost.ts';

const usage = `usage: npm run targets -- CHECKOUT [TARGET...] [options]

Runs integration targets of a checkout of ansible-core, unmodified and from a copy, by Flotte.
Without targets: those that have a result already.

  --oracle       run the checkout's own ansible-core, too, and keep what it reaches
  --write        keep the results in test/conformance/targets/results.json
  --local        let testhost be this machine instead of a test host
  --fleet NAME   use the first host of this fleet and leave it running`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      oracle: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      local: { type: 'boolean', default: false },
      fleet: { type: 'string' },
    },
  });
  const [given, ...named] = positionals;
  if (given === undefined) {
    console.error(usage);
    return 2;
  }
  const checkout = resolve(given);
  const known = readResults();
  const names = named.length > 0 ? named : Object.keys(known);
  const python = await pythonForTargets();
  const testHost = await startTestHost(values.fleet);
  try {
    const inventory = inventoryOf(testHost, python);
    const copy = copyTargets(checkout, inventory.ssh);
    const base = resolve(copy.folder, '..', '..');
    const runners: [keyof Results[string] & ('ours' | 'real'), Runner][] = [
      ['ours', ourRunner(join(base, 'bin-ours'), python)],
    ];
    if (values.oracle) runners.unshift(['real', await realRunner(checkout, join(base, 'bin-real'))]);
    console.log(`what they print is kept in ${base}`);
    const results: Results = {};
    for (const name of names) {
      const target = copy.target(name);
      const local = values.local || sharesDisk(target);
      writeFileSync(join(copy.folder, 'inventory'), local ? inventory.local : inventory.ssh);
      results[name] = { ...known[name] };
      for (const [who, runner] of runners) {
        results[name][who] = await runTarget(target, runner);
        if (values.write) keepResult(name, { [who]: results[name][who] });
      }
      console.log(
        table({ [name]: results[name] })
          .split('\n')
          .at(-1),
      );
    }
    console.log(`\n${table(results)}`);
    return 0;
  } finally {
    if (values.fleet === undefined) await testHost.fleet.stop();
  }
}

process.exitCode = await main(process.argv.slice(2));

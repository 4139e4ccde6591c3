import { readFileSync } from 'node:fs';
import { openModel } from './model.ts';
import { openSimulatedFleet } from './server.ts';

/**
 * A simulated fleet in a process of its own: its arguments are the files of the host key and of the public key that is
 * let in. Says its port as the first line of stdout and serves until its stdin ends; says then what it has seen, as JSON.
 */
const [hostKey = '', userKey = ''] = process.argv.slice(2);
const model = openModel();
const fleet = await openSimulatedFleet({
  hostKey: readFileSync(hostKey, 'utf8'),
  userKey: readFileSync(userKey, 'utf8'),
  model,
});
process.stdout.write(`${fleet.port}\n`);
process.stdin.resume();
process.stdin.on('end', () => {
  const { logins, most, open } = fleet;
  process.stdout.write(`${JSON.stringify({ logins, most, open, questions: model.size })}\n`, () =>
    process.exit(0),
  );
});

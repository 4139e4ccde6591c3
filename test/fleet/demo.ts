import { spawn } from 'node:child_process';
import { request } from 'node:https';
import { whyNoFleet } from './index.ts';

const HOSTS = 3;

/** The whole rollout on three real hosts, as a new user would do it by hand. */
async function demo(): Promise<number> {
  const reason = whyNoFleet();
  if (reason !== undefined) {
    console.error(`The demonstration needs three test hosts, and none can start here: ${reason}`);
    return 1;
  }
  say('Starting three Debian hosts (the first time this makes their base, which takes two minutes)');
  if ((await node(['dist-test/test/fleet/cli.js', 'up', String(HOSTS)])) !== 0) return 2;
  const install = [
    'run',
    'playbooks/install-wsgi.yml',
    '-i',
    'inventories/fleet.yml',
    '-e',
    'wsgi_hello=true',
    '--yes',
  ];
  say(`flotte ${install.join(' ')}`);
  if ((await flotte(install)) !== 0) return 2;
  for (let host = 1; host <= HOSTS; host++) await showPage(`host${host}`, `10.213.0.${10 + host}`);
  say('The same again: everything is as it should be, nothing is changed');
  if ((await flotte(install)) !== 0) return 2;
  say('The hosts go on running. Try:');
  console.log(
    '  node dist/cli/main.js run playbooks/verify-wsgi.yml -i inventories/fleet.yml -e wsgi_hello=true',
  );
  console.log(
    '  node dist/cli/main.js run playbooks/remove-wsgi.yml -i inventories/fleet.yml --check --diff',
  );
  console.log('  npm run fleet -- shell host1');
  console.log('Stop them with:');
  console.log('  npm run fleet -- down');
  return 0;
}

function say(text: string): void {
  console.log(`\n== ${text}\n`);
}

function flotte(args: string[]): Promise<number> {
  return node(['dist/cli/main.js', ...args]);
}

function node(args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function showPage(name: string, address: string): Promise<void> {
  const url = `https://${address}/hello.py`;
  const page = await fetchPage(url);
  say(`${name}: ${url}`);
  console.log(page.split('\n').slice(0, 9).join('\n'));
  if (!page.startsWith('WSGI: It works!')) throw new Error(`${url} does not answer with the test page`);
}

// The hosts' certificates are their own, made by Debian for each host.
function fetchPage(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { rejectUnauthorized: false, timeout: 10_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve(text));
    });
    asked.on('timeout', () => asked.destroy(new Error(`${url} does not answer within 10 s`)));
    asked.on('error', reject);
    asked.end();
  });
}

process.exitCode = await demo();

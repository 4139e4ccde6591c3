import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import ssh2 from 'ssh2';
import { projectFolder } from '../../fleet/paths.ts';

/** A simulated fleet that runs, and how it is reached. */
export interface RunningSimulation {
  inventoryFile: string;
  /** Ends it; gives what it has seen. */
  stop(): Promise<Seen>;
}

export interface Seen {
  logins: number;
  /** The most connections at a time. */
  most: number;
  /** Connections that stand still. */
  open: number;
  /** Different pieces of shell text that it was asked. */
  questions: number;
}

/** Starts simulated hosts in a process of their own and writes an inventory of them below a folder. */
export async function startSimulation(folder: string, hosts: number): Promise<RunningSimulation> {
  mkdirSync(folder, { recursive: true });
  const files = ['host_key', 'host_key.pub', 'user_key', 'user_key.pub'].map((name) => join(folder, name));
  for (const at of [0, 2]) {
    const { private: own, public: known } = ssh2.utils.generateKeyPairSync('ed25519');
    writeFileSync(files[at]!, own, { mode: 0o600 });
    writeFileSync(files[at + 1]!, `${known}\n`);
  }
  const main = join(projectFolder(), 'dist-test/test/bench/sim/main.js');
  const child = spawn(process.execPath, [main, files[0]!, files[3]!], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  if (!(port > 0)) throw new Error('the simulated fleet did not start');
  const inventoryFile = writeAccess(folder, hosts, port, readFileSync(files[1]!, 'utf8').trim(), files[2]!);
  return {
    inventoryFile,
    async stop() {
      child.stdin.end();
      const seen = JSON.parse(String((await lines.next()).value)) as Seen;
      await ended(child);
      return seen;
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return child.exitCode === null
    ? new Promise((resolve) => child.once('exit', () => resolve()))
    : Promise.resolve();
}

function writeAccess(folder: string, hosts: number, port: number, hostKey: string, keyFile: string): string {
  const knownHosts = join(folder, 'known_hosts');
  const addresses = Array.from({ length: hosts }, (_, i) => addressOf(i));
  writeFileSync(knownHosts, addresses.map((address) => `[${address}]:${port} ${hostKey}\n`).join(''));
  const inventory = join(folder, 'inventory.ini');
  const lines = addresses.map((address, i) => `sim${i + 1} ansible_host=${address}\n`);
  const vars = [
    'ansible_user=root',
    `ansible_port=${port}`,
    `ansible_ssh_private_key_file=${keyFile}`,
    `ansible_ssh_common_args='-o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes'`,
  ];
  writeFileSync(inventory, `[fleet]\n${lines.join('')}\n[all:vars]\n${vars.join('\n')}\n`);
  return inventory;
}

/** 127.1.0.1 and on: addresses of this machine without being set up. */
function addressOf(index: number): string {
  return `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../../src/lib/curl.ts';
import type { Reads, WaitCondition } from '../../../../src/module/reads.ts';
import type { Primitive } from '../../../../src/remote/primitive.ts';
import { http } from '../../../../src/remote/reads/http.ts';
import { wait } from '../../../../src/remote/reads/wait.ts';
import { answered } from './answered.ts';

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/moved') {
      response.writeHead(302, { location: '/echo', 'set-cookie': ['a=1; Path=/', 'b=2'] }).end('moved');
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('X-Test', 'yes');
      const { method, headers } = request;
      response.end(JSON.stringify({ method, headers, body: Buffer.concat(chunks).toString() }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => new Promise((done) => server.close(done)));

/** Like `askHere`, without blocking the server that this process is. */
async function ask<N extends keyof Reads>(primitive: Primitive<N>, asked: Parameters<Reads[N]>[0]) {
  const child = spawn('sh', ['-c', primitive.script([asked])], { env: { ...process.env, LC_ALL: 'C' } });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.end(primitive.stdin?.([asked]));
  const rc = await new Promise<number>((done) => child.on('close', (code) => done(code ?? -1)));
  return primitive.parse({ rc, stdout: Buffer.concat(out), stderr: Buffer.concat(err) }, [asked])[0];
}

describe('http', () => {
  const get = (path: string, more: Partial<HttpRequest> = {}) =>
    ask(http, { url: `http://127.0.0.1:${port}${path}`, method: 'GET', seconds: 5, ...more });

  it('gives status, headers and body', async () => {
    const answer = await get('/echo', { headers: { 'X-Odd': 'a "b" \\ c' } });
    expect(answer).toMatchObject({ status: 200, reason: 'OK', redirects: 0, headers: { 'x-test': 'yes' } });
    expect(bodyOf(answer)).toMatchObject({ method: 'GET', headers: { 'x-odd': 'a "b" \\ c' } });
  });

  it('follows redirects where it shall, and keeps the cookies of the way', async () => {
    expect(await get('/moved')).toMatchObject({
      status: 302,
      headers: { location: '/echo', 'set-cookie': 'a=1; Path=/, b=2' },
    });
    expect(await get('/moved', { followRedirects: true })).toMatchObject({
      status: 200,
      redirects: 1,
      url: `http://127.0.0.1:${port}/echo`,
      cookies: { a: '1', b: '2' },
    });
  });

  it('sends a body byte for byte, and credentials at once where told so', async () => {
    const body = 'a=1&b=ä"\n\\x\t';
    const answer = await get('/echo', {
      method: 'POST',
      body,
      user: 'u',
      password: 'p:w',
      forceBasicAuth: true,
    });
    expect(bodyOf(answer)).toMatchObject({
      method: 'POST',
      body,
      headers: { authorization: 'Basic dTpwOnc=' },
    });
  });

  it('asks for the head alone', async () => {
    const answer = await get('/echo', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it('puts nothing of the request into argv', () => {
    const request = { url: 'http://h/', method: 'GET', seconds: 1, password: 'geheim', user: 'u' };
    expect(http.script([request])).not.toMatch(/geheim|http:/);
  });

  it('says why no answer came', async () => {
    expect(await get('/', { url: 'http://127.0.0.1:1/' })).toMatchObject({
      status: -1,
      error: expect.stringContaining('Failed to connect'),
    });
  });

  it('says what to install where curl is missing', () => {
    const asked = [{ url: 'http://h/', method: 'GET', seconds: 1 }];
    const [answer] = http.parse(answered('', 'sh: 1: curl: not found\n', 127), asked);
    expect(answer).toMatchObject({ message: expect.stringContaining('install the package curl') });
  });
});

describe('wait', () => {
  const base: WaitCondition = {
    kind: 'port',
    state: 'present',
    host: '127.0.0.1',
    delay: 0,
    sleep: 0.2,
    timeout: 1,
    connectTimeout: 1,
  };

  it('sees an open port', async () =>
    expect(await ask(wait, { ...base, port })).toMatchObject({ met: true }));

  it('gives up on a closed port when the time is over', async () => {
    expect(await ask(wait, { ...base, port: 1 })).toMatchObject({ met: false, elapsed: 1 });
  });

  it('sees that a port closed', async () => {
    expect(await ask(wait, { ...base, port: 1, state: 'absent' })).toMatchObject({ met: true });
    expect(await ask(wait, { ...base, port, state: 'absent' })).toMatchObject({ met: false });
  });

  it('finds a text in a file, with its groups', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wait-'));
    const path = join(folder, 'log');
    writeFileSync(path, 'starting\nready on 8080 for anna\n');
    const answer = await ask(wait, {
      ...base,
      kind: 'path',
      path,
      searchRegex: '^ready on (\\d+) for (?P<who>\\w+)$',
    });
    rmSync(folder, { recursive: true });
    expect(answer).toMatchObject({ met: true, groups: ['8080', 'anna'], namedGroups: { who: 'anna' } });
  });

  it('waits for a path to go', async () => {
    expect(await ask(wait, { ...base, kind: 'path', state: 'absent', path: '/nonesuch' })).toMatchObject({
      met: true,
    });
    expect(await ask(wait, { ...base, kind: 'path', state: 'absent', path: '/' })).toMatchObject({
      met: false,
    });
  });

  it('tells drained ports from busy ones', async () => {
    const connectionStates = ['LISTEN', 'ESTABLISHED'];
    const drained = { ...base, kind: 'drained' as const, port, connectionStates };
    expect(await ask(wait, drained)).toMatchObject({ met: true });
    expect(await ask(wait, { ...drained, connectionStates: ['0A'] })).toMatchObject({ met: false });
  });

  it('says what is wrong with an expression', async () => {
    const answer = await ask(wait, { ...base, kind: 'path', path: '/', searchRegex: '(' });
    expect(answer).toMatchObject({ met: false, problem: expect.stringContaining('Unmatched (') });
  });
});

function bodyOf(answer: unknown): unknown {
  return JSON.parse(Buffer.from((answer as { body: Uint8Array }).body).toString());
}

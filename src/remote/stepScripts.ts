import { randomBytes } from 'node:crypto';
import { Secret } from '../lib/secret.ts';
import type { Content, PutStep, Step } from '../module/step.ts';
import {
  attributesScript,
  copyScript,
  linkScript,
  mkdirScript,
  putScript,
  removeScript,
  renameScript,
  touchScript,
} from './fileScripts.ts';
import type { Outgoing } from './outbox.ts';
import { runScript } from './runScript.ts';

// For what moves bytes within a host: a limit that only a broken disk or mount reaches.
const FILE_SECONDS = 600;
const SLOWEST_BYTES_PER_SECOND = 20_000;
const SHORT_TEXT = 16 * 1024;

/** Exit codes of a step that are no failure. */
export function okCodes(step: Step): number[] | 'any' {
  return step.kind === 'run' ? (step.ok ?? [0]) : [0];
}

interface Script {
  body: string;
  data?: Outgoing | undefined;
  seconds?: number | undefined;
}

/** Shell text that does a step, and what its standard input shall hold. */
export function stepScript(step: Step, options: { environment: Record<string, string> }): Script {
  const random = randomBytes(6).toString('hex');
  const seconds = FILE_SECONDS;
  switch (step.kind) {
    case 'put':
      return putting(step, random);
    case 'copy':
      return { body: copyScript(step, random), seconds };
    case 'mkdir':
      return { body: mkdirScript(step), seconds };
    case 'link':
      return { body: linkScript(step, random), seconds };
    case 'remove':
      return { body: removeScript(step), seconds };
    case 'attributes':
      return { body: attributesScript(step), seconds };
    case 'touch':
      return { body: touchScript(step), seconds };
    case 'rename':
      return { body: renameScript(step), seconds };
    case 'run': {
      const data = step.stdin === undefined ? undefined : outgoing(step.stdin);
      return {
        body: runScript(step, options.environment, `flotte-${random}`),
        data: data && bytesIn(data) > 0 ? data : undefined,
        seconds: step.seconds,
      };
    }
  }
}

function putting(step: PutStep, random: string): Script {
  const data = outgoing(step.content);
  const text = shortText(step.content);
  if (text !== undefined) return { body: putScript(step, { text }, random), seconds: FILE_SECONDS };
  const bytes = bytesIn(data);
  return {
    body: putScript(step, { bytes }, random),
    data: bytes > 0 ? data : undefined,
    seconds: FILE_SECONDS + Math.ceil(bytes / SLOWEST_BYTES_PER_SECOND),
  };
}

/** A text that a shell can hold travels in the script, which saves the host two programs. */
function shortText(content: Content): string | undefined {
  const text = content instanceof Secret ? content.reveal() : content;
  const fits = typeof text === 'string' && text.length <= SHORT_TEXT && !text.includes('\0');
  return fits ? text : undefined;
}

function outgoing(content: Content): Outgoing {
  if (typeof content === 'string' || content instanceof Uint8Array || content instanceof Secret)
    return bytesOf(content);
  return content;
}

function bytesOf(content: string | Uint8Array | Secret): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return Buffer.from(content instanceof Secret ? content.reveal() : content);
}

function bytesIn(data: Outgoing): number {
  return data instanceof Uint8Array ? data.length : data.size;
}

import { ansible, mitogen } from './ansible.ts';
import { flotte } from './flotte.ts';
import { pyinfra } from './pyinfra.ts';
import { script } from './script.ts';
import type { Tool } from './tool.ts';

export const tools: Record<Tool['name'], Tool> = { script, flotte, pyinfra, mitogen, ansible };

import { compareOrder } from '../playbook/model.ts';

/**
 * Keeps the order of steps between hosts (strategy `linear`): a host may do what stands at a place of the play only
 * when every other host has come as far. Hosts that have nothing to do there run ahead; nobody waits for them.
 */
export interface Barrier {
  /** Says that a host begins at a place. */
  enter(host: string): void;
  /** Says how far a host has come: everything before `order` is done. */
  move(host: string, order: readonly number[]): void;
  /** Says that a host does nothing more. */
  leave(host: string): void;
  /** Settles when every host has come as far as this one. */
  turn(host: string): Promise<void>;
  /** Whether two hosts stand at one place. */
  together(host: string, other: string): boolean;
}

interface Position {
  order: readonly number[];
  hosts: number;
  waiting: (() => void)[];
}

const START: readonly number[] = [-1];

/** A barrier between hosts that have not begun. */
export function createBarrier(): Barrier {
  const positions = new Map<string, Position>();
  const at = new Map<string, Position>();
  let least: Position | undefined;

  const place = (host: string, order: readonly number[]): void => {
    const key = order.join('.');
    let position = positions.get(key);
    if (!position) {
      position = { order, hosts: 0, waiting: [] };
      positions.set(key, position);
    }
    position.hosts++;
    at.set(host, position);
    if (!least || compareOrder(position.order, least.order) < 0) least = position;
  };

  const lift = (host: string): void => {
    const position = at.get(host);
    if (!position) return;
    at.delete(host);
    position.hosts--;
    if (position.hosts === 0) positions.delete(position.order.join('.'));
  };

  const release = (): void => {
    if (least && least.hosts > 0) return;
    least = undefined;
    for (const position of positions.values()) {
      if (!least || compareOrder(position.order, least.order) < 0) least = position;
    }
    for (const go of least?.waiting.splice(0) ?? []) go();
  };

  return {
    enter: (host) => place(host, START),
    move(host, order) {
      lift(host);
      place(host, order);
      release();
    },
    leave(host) {
      lift(host);
      release();
    },
    turn(host) {
      const position = at.get(host);
      if (!position || position === least) return Promise.resolve();
      return new Promise((resolve) => position.waiting.push(resolve));
    },
    together: (host, other) => at.has(host) && at.get(host) === at.get(other),
  };
}

/** For strategies in which no host waits for another. */
export function openBarrier(): Barrier {
  return {
    enter() {},
    move() {},
    leave() {},
    turn: () => Promise.resolve(),
    together: (host, other) => host === other,
  };
}

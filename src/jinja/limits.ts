import { SecurityError } from './errors.ts';

/** What one outermost rendering may use; templates and variables rendered inside it share the same budget. */
export interface Limits {
  /** Characters of output, and of any one string that a template makes; long ones in all 32 times that. */
  readonly characters: number;
  /** Items of one range, or of a list that is multiplied. */
  readonly items: number;
  /** Items that loops and filters go through in all. */
  readonly iterations: number;
  /** Depth of macros, includes, recursive loops and templates inside variables. */
  readonly depth: number;
  /** Milliseconds. */
  readonly milliseconds: number;
  /** Bits of one integer. */
  readonly integerBits: number;
}

export const defaultLimits: Limits = {
  characters: 32 * 1024 * 1024,
  items: 1_000_000,
  iterations: 20_000_000,
  depth: 200,
  milliseconds: 30_000,
  integerBits: 65_536,
};

const TICKS_BETWEEN_CLOCK_READS = 1024;
/** From here on texts are counted together, against many that are each within the limit. */
const LONG_TEXT = 65_536;
const LIMITS_IN_ALL = 32;

/** What is left of the limits during one outermost rendering. */
export class Budget {
  readonly limits: Limits;
  private deadline: number | undefined;
  private ticks = 0;
  private nextClockRead = TICKS_BETWEEN_CLOCK_READS;
  private depth = 0;
  private characters = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Counts work that was done: items gone through, or the like. */
  spend(amount: number): void {
    this.ticks += amount;
    if (this.ticks < this.nextClockRead) return;
    this.nextClockRead = this.ticks + TICKS_BETWEEN_CLOCK_READS;
    if (this.ticks > this.limits.iterations) {
      throw new SecurityError(`the template goes through more than ${this.limits.iterations} items`);
    }
    const now = performance.now();
    // Most renderings are over before the clock is worth a look; it starts at the first one.
    this.deadline ??= now + this.limits.milliseconds;
    if (now > this.deadline) {
      throw new SecurityError(`the template takes longer than ${this.limits.milliseconds} ms`);
    }
  }

  /** Refuses a text that grows longer than allowed. */
  checkLength(length: number): void {
    if (length <= this.limits.characters) return;
    throw new SecurityError(`a text of more than ${this.limits.characters} characters`);
  }

  /** Refuses a text that would be longer than allowed, before it is made, and counts long ones. */
  checkCharacters(count: number): void {
    this.checkLength(count);
    if (count < LONG_TEXT) return;
    this.characters += count;
    if (this.characters > this.limits.characters * LIMITS_IN_ALL) {
      throw new SecurityError(
        `long texts of more than ${this.limits.characters * LIMITS_IN_ALL} characters in all`,
      );
    }
  }

  /** Refuses a list that would be longer than allowed, before it is made. */
  checkItems(count: number): void {
    if (count > this.limits.items) throw new SecurityError(`a list of more than ${this.limits.items} items`);
    this.spend(count);
  }

  /** Refuses an integer that would be larger than allowed, before it is made. */
  checkBits(count: number): void {
    if (count > this.limits.integerBits) {
      throw new SecurityError(`an integer of more than ${this.limits.integerBits} bits`);
    }
  }

  enter(): void {
    this.depth++;
    if (this.depth > this.limits.depth) {
      this.depth--;
      throw new SecurityError(`templates, macros or loops nested deeper than ${this.limits.depth}`);
    }
  }

  leave(): void {
    this.depth--;
  }
}

// Rendering is synchronous, so that there is one at a time, with those of its variables inside of it.
let active: Budget | undefined;

/** Runs a rendering within the budget of the one around it, or a new one where it is the outermost. */
export function withinBudget<T>(limits: Limits, run: (budget: Budget) => T): T {
  const around = active;
  const budget = around ?? new Budget(limits);
  active = budget;
  try {
    return run(budget);
  } finally {
    active = around;
  }
}

/** Counts work for the rendering under way, if there is one; for code that is used outside of one too. */
export function spendActive(amount: number): void {
  active?.spend(amount);
}

/** Checks the length of a text for the rendering under way, if there is one. */
export function checkActive(characters: number): void {
  active?.checkCharacters(characters);
}

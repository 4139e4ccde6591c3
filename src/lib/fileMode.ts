const PERMISSIONS = 0o7777;
const SHIFT = { u: 6, g: 3, o: 0 };
const CLAUSE = /^([ugo]*|a)((?:[-+=][rwxXstugo]*)+)$/;

type User = keyof typeof SHIFT;

/** What symbols such as `g+X` build on. */
export interface ModeBase {
  /** Permission bits that are there. */
  mode: number;
  directory: boolean;
  umask: number;
}

/**
 * The permission bits that a mode means, given as Ansible takes it: a number, octal digits, or the symbols of chmod
 * ('u=rwX,g=rX,o='). Throws where it is none of these.
 */
export function modeBits(mode: number | string, base: ModeBase): number {
  const bits = typeof mode === 'number' ? mode : octal(mode);
  if (bits === undefined) return symbolic(String(mode), base);
  if (bits < 0 || bits > PERMISSIONS) throw new Error(`mode ${mode} holds more than permission bits`);
  return bits;
}

/** Bits as Ansible shows them: `0644`, `01777`. */
export function modeText(bits: number): string {
  return `0${bits.toString(8).padStart(3, '0')}`;
}

function octal(mode: string): number | undefined {
  return /^\s*(0o)?[0-7]+\s*$/i.test(mode) ? Number.parseInt(mode.trim().replace(/^0o/i, ''), 8) : undefined;
}

function symbolic(mode: string, base: ModeBase): number {
  return mode.split(',').reduce((bits, clause) => applied(clause, bits, base), base.mode & PERMISSIONS);
}

function applied(clause: string, bits: number, base: ModeBase): number {
  const found = CLAUSE.exec(clause);
  if (!found) throw new Error(`mode must be octal ("0644") or symbolic ("u=rw,g=r"), not "${clause}"`);
  const [, who = '', operations = ''] = found;
  const users = [...(who === '' || who === 'a' ? 'ugo' : who)] as User[];
  // Without a user the umask holds bits back, as it does for chmod.
  const held = who === '' ? base.umask : 0;
  for (const [, operator, letters] of operations.matchAll(/([-+=])([rwxXstugo]*)/g)) {
    for (const user of users) {
      const wanted = [...letters!].reduce(
        (sum, letter) => sum | lettersBits(letter, user, bits, base, held),
        0,
      );
      bits = operate(operator!, user, wanted, bits);
    }
  }
  return bits;
}

function operate(operator: string, user: User, wanted: number, bits: number): number {
  if (operator === '+') return bits | wanted;
  if (operator === '-') return bits & ~wanted;
  const special = { u: 0o4000, g: 0o2000, o: 0o1000 }[user];
  return (bits & ~((0o7 << SHIFT[user]) | special)) | wanted;
}

function lettersBits(letter: string, user: User, bits: number, base: ModeBase, held: number): number {
  const shift = SHIFT[user];
  const plain = { r: 4, w: 2, x: 1 }[letter];
  if (plain !== undefined) return (plain << shift) & ~held;
  if (letter === 'X') return base.directory || (bits & 0o111) !== 0 ? 1 << shift : 0;
  if (letter === 's') return { u: 0o4000, g: 0o2000, o: 0 }[user];
  if (letter === 't') return user === 'o' ? 0o1000 : 0;
  return ((bits >> SHIFT[letter as User]) & 0o7) << shift;
}

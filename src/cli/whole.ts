// What the start needs of the program: the one file that `scripts/bundle.mjs` writes begins here.
export { explainError } from './errors.ts';
export { runProgram } from './program.ts';

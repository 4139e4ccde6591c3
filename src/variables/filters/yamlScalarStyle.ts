/** What YAML's styles may do with a text. */
export interface ScalarAnalysis {
  multiline: boolean;
  plainInBlock: boolean;
  plainInFlow: boolean;
  singleQuoted: boolean;
  block: boolean;
}

const FIRST_INDICATORS = '#,[]{}&*!|>\'"%@`';
const LATER_FLOW_INDICATORS = ',?[]{}';

// libyaml calls tabs and all beyond the basic plane unprintable.
function isPrintable(character: string): boolean {
  const code = character.codePointAt(0)!;
  if (code === 0x0a) return true;
  if (code < 0x20 || (code > 0x7e && code < 0xa0)) return false;
  return code < 0xfffe && code !== 0xfeff && (code < 0xd800 || code > 0xdfff);
}

/** Whether a character of a text has to be written as an escape within double quotes. */
export function needsEscape(character: string): boolean {
  return !isPrintable(character) || isBreak(character) || character === '"' || character === '\\';
}

/** Line feed, carriage return, next line, line and paragraph separator. */
export function isBreak(character: string | undefined): boolean {
  return character !== undefined && /^[\n\r\x85\u2028\u2029]$/.test(character);
}

function isBlankOrEnd(character: string | undefined): boolean {
  return character === undefined || character === ' ' || character === '\t' || isBreak(character);
}

/** Looks a text over, as libyaml's emitter does before it chooses a style. */
export function analyzeScalar(characters: readonly string[]): ScalarAnalysis {
  if (characters.length === 0) {
    return { multiline: false, plainInFlow: false, plainInBlock: true, singleQuoted: true, block: false };
  }
  const indicators = findIndicators(characters);
  const breaks = characters.some(isBreak);
  const special = characters.some((character) => !isPrintable(character));
  const edges = [characters[0], characters.at(-1)];
  const spaceOrBreakAtEdge = edges.some((edge) => edge === ' ' || isBreak(edge));
  const breakThenSpace = follows(characters, isBreak, (character) => character === ' ');
  const spaceThenBreak = follows(characters, (character) => character === ' ', isBreak);
  const plain = !spaceOrBreakAtEdge && !breakThenSpace && !spaceThenBreak && !special && !breaks;
  return {
    multiline: breaks,
    plainInFlow: plain && !indicators.flow,
    plainInBlock: plain && !indicators.block,
    singleQuoted: !breakThenSpace && !spaceThenBreak && !special,
    block: characters.at(-1) !== ' ' && !spaceThenBreak && !special,
  };
}

function follows(
  characters: readonly string[],
  first: (character: string) => boolean,
  second: (character: string) => boolean,
): boolean {
  return characters.some((character, at) => at > 0 && second(character) && first(characters[at - 1]!));
}

function findIndicators(characters: readonly string[]): { block: boolean; flow: boolean } {
  const start = characters.slice(0, 3).join('');
  const found = { block: start === '---' || start === '...', flow: start === '---' || start === '...' };
  const mark = (block: boolean) => {
    found.flow = true;
    found.block ||= block;
  };
  characters.forEach((character, at) => {
    const beforeBlank = isBlankOrEnd(characters[at + 1]);
    if (at === 0) {
      if (FIRST_INDICATORS.includes(character)) mark(true);
      else if (character === '?' || character === ':') mark(beforeBlank);
      else if (character === '-' && beforeBlank) mark(true);
    } else if (LATER_FLOW_INDICATORS.includes(character)) mark(false);
    else if (character === ':') mark(beforeBlank);
    else if (character === '#' && isBlankOrEnd(characters[at - 1])) mark(true);
  });
  return found;
}

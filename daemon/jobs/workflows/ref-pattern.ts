type Test = (character: string) => boolean;
/** One character, or how often it is there. */
export interface Step {
  readonly matches: Test;
  readonly count: 'once' | 'optional' | 'many';
}

const LONGEST = 512;

/**
 * Does a filter pattern match a name (GitHub docs: "Filter pattern cheat sheet")? `*` is anything but a slash, `**`
 * anything, `?` and `+` repeat the character before them, `[a-z]` is one of a range. All states are followed at once,
 * so that no pattern takes longer than its length times that of the name.
 */
export function matchesRefPattern(pattern: string, name: string): boolean {
  if (pattern.length > LONGEST || name.length > LONGEST) return false;
  return (
    runSteps(readSteps(pattern), name) || (pattern.startsWith('**/') && runSteps(readSteps(pattern.slice(3)), name))
  );
}

/** A list of patterns in which a later one takes back an earlier one: `!` excludes. */
export function matchesRefPatterns(patterns: readonly string[], name: string): boolean {
  let isIncluded = false;
  for (const pattern of patterns) {
    const isNegative = pattern.startsWith('!');
    if (matchesRefPattern(isNegative ? pattern.slice(1) : pattern, name)) isIncluded = !isNegative;
  }
  return isIncluded;
}

export function readSteps(pattern: string): readonly Step[] {
  const steps: Step[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') {
      const isDouble = characters[at + 1] === '*';
      if (isDouble) at += 1;
      steps.push({ matches: isDouble ? () => true : (other) => other !== '/', count: 'many' });
      continue;
    }
    let matches: Test = (other) => other === character;
    const end = character === '[' ? characters.indexOf(']', at + 1) : -1;
    if (end > at) {
      matches = readClass(characters.slice(at + 1, end));
      at = end;
    } else if (character === '\\' && at + 1 < characters.length) {
      at += 1;
      const escaped = characters[at];
      matches = (other) => other === escaped;
    }
    const repeat = characters[at + 1];
    if (repeat === '?' || repeat === '+') at += 1;
    if (repeat === '+') steps.push({ matches, count: 'once' });
    steps.push({ matches, count: repeat === '?' ? 'optional' : repeat === '+' ? 'many' : 'once' });
  }
  return steps;
}

function readClass(members: readonly string[]): Test {
  const ranges: [string, string][] = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? '';
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (character) => ranges.some(([from, to]) => character >= from && character <= to);
}

/** Do the steps take the whole name? */
export function runSteps(steps: readonly Step[], name: string): boolean {
  let states = reach(steps, new Set([0]));
  for (const character of name) {
    const next = new Set<number>();
    for (const state of states) {
      const step = steps[state];
      if (step?.matches(character)) next.add(step.count === 'many' ? state : state + 1);
    }
    states = reach(steps, next);
  }
  return states.has(steps.length);
}

/** Adds the states behind steps that need no character. A set is walked to its end, also while it grows. */
function reach(steps: readonly Step[], states: Set<number>): Set<number> {
  for (const state of states) {
    const step = steps[state];
    if (step !== undefined && step.count !== 'once') states.add(state + 1);
  }
  return states;
}

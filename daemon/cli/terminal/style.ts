/** Marks parts of a text for a terminal; without colour it leaves them as they are. */
export type Style = (look: Look, text: string) => string;

const LOOKS = { good: 32, bad: 31, warn: 33, dim: 2, strong: 1 } as const;
export type Look = keyof typeof LOOKS;

export function createStyle(colour: boolean): Style {
  return (look, text) => (colour ? `\u001b[${LOOKS[look]}m${text}\u001b[0m` : text);
}

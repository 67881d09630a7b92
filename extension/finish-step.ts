import { commands } from 'vscode';
import { CONTEXT_KEYS } from './contributions.ts';

const STEPS = {
  inspect: CONTEXT_KEYS.hasInspected,
  rotate: CONTEXT_KEYS.hasRotated,
  terminal: CONTEXT_KEYS.hasCiTerminal,
} as const;

/** Ticks a step of the walkthrough off: what it asks for has been done, not only tried. */
export function finishStep(step: keyof typeof STEPS): void {
  void commands.executeCommand('setContext', STEPS[step], true);
}

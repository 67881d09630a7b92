import { commands } from 'vscode';
import { CONTEXT_KEYS } from './contributions.ts';

const STEPS = {
  inspect: CONTEXT_KEYS.hasInspected,
  start: CONTEXT_KEYS.hasStarted,
  rotate: CONTEXT_KEYS.hasRotated,
  terminal: CONTEXT_KEYS.hasCiTerminal,
} as const;

/**
 * Ticks a step of the walkthrough off: what it asks for has been done, not only tried. The key is true for a moment
 * only: a step whose key is true already when the editor reads the walkthrough can never be ticked off.
 */
export function finishStep(step: keyof typeof STEPS): void {
  void commands.executeCommand('setContext', STEPS[step], true);
  void commands.executeCommand('setContext', STEPS[step], false);
}

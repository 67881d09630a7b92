import { commands, type Event, EventEmitter } from 'vscode';
import { CONTEXT_KEYS } from './contributions.ts';

const KEYS = {
  inspect: CONTEXT_KEYS.hasInspected,
  start: CONTEXT_KEYS.hasStarted,
  rotate: CONTEXT_KEYS.hasRotated,
  terminal: CONTEXT_KEYS.hasCiTerminal,
} as const;

/** A step of the walkthrough. */
export type Step = keyof typeof KEYS;

export const isStep = (name: unknown): name is Step => typeof name === 'string' && Object.hasOwn(KEYS, name);

const finished = new EventEmitter<Step>();

/** A step was done, for the first time or again. */
export const onDidFinishStep: Event<Step> = finished.event;

/** Ticks a step of the walkthrough off: what it asks for has been done, not only tried. */
export function finishStep(step: Step): void {
  tickOff(step);
  finished.fire(step);
}

/**
 * Ticks a step off in the walkthrough as far as the editor has read it. The key is true for a moment only: a step whose
 * key is true already when the editor reads the walkthrough can never be ticked off.
 */
export function tickOff(step: Step): void {
  void commands.executeCommand('setContext', KEYS[step], true);
  void commands.executeCommand('setContext', KEYS[step], false);
}

import { EventEmitter, type Uri } from './vscode-values.ts';

/** What a person answers; a function sees what was offered, and what was asked. */
export type Answer = unknown | ((choices: unknown, subject: unknown) => unknown);

/** The person in front of the stand-in for `vscode`, and what it shows him. */
export const editor = {
  /** Answers to the next questions, in order; without one, every question is dismissed. */
  answers: [] as Answer[],
  asked: [] as { kind: string; subject: unknown; choices: unknown }[],
  commands: new Map<string, (...args: unknown[]) => unknown>(),
  executed: [] as unknown[][],
  contextKeys: new Map<string, unknown>(),
  settings: new Map<string, unknown>(),
  clipboard: '',
  /** The folder that is open, absolute; empty: none. */
  folder: '',
  /** What `findFiles` looks through. */
  files: [] as Uri[],
  said: [] as string[],
  logged: [] as string[],
  progress: [] as unknown[],
  documents: [] as unknown[],
  statusItems: [] as { id: string; text: string; isShown: boolean; [member: string]: unknown }[],
  treeViews: new Map<string, { provider: unknown; revealed: unknown[]; [member: string]: unknown }>(),
  contentProviders: new Map<string, unknown>(),
  closed: new EventEmitter<unknown>(),
  windowState: new EventEmitter<{ readonly focused: boolean }>(),
  configured: new EventEmitter<{ affectsConfiguration(section: string): boolean }>(),
  tabs: new EventEmitter<{ readonly opened: readonly { readonly input: unknown }[] }>(),
  cancellation: undefined as unknown,
};

/** Forgets everything, as before each test. */
export function resetEditor(): void {
  for (const list of [
    editor.answers,
    editor.asked,
    editor.executed,
    editor.said,
    editor.logged,
    editor.progress,
    editor.documents,
    editor.files,
    editor.statusItems,
  ]) {
    list.length = 0;
  }
  for (const map of [editor.commands, editor.contextKeys, editor.settings, editor.treeViews, editor.contentProviders]) {
    map.clear();
  }
  editor.clipboard = '';
  editor.folder = '';
  editor.cancellation = undefined;
}

/** Picks the offered row whose label holds these words. */
export function choose(words: string): Answer {
  return (choices: unknown) => {
    const found = (choices as { label: string }[]).find(({ label }) => label.includes(words));
    if (found === undefined) throw new Error(`${words} was not offered`);
    return found;
  };
}

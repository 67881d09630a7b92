import { type Disposable, type Event, EventEmitter, type Uri } from 'vscode';

/** What the person does not want to hear about again in a file, by problem. Forgotten when the window closes. */
export interface IgnoredProblems extends Disposable {
  has(uri: Uri, code: string): boolean;
  ignore(uri: Uri, code: string): void;
  readonly onDidChange: Event<void>;
}

export function rememberIgnored(): IgnoredProblems {
  const ignored = new Map<string, Set<string>>();
  const changed = new EventEmitter<void>();
  return {
    has: (uri, code) => ignored.get(uri.toString())?.has(code) ?? false,
    ignore(uri, code) {
      const codes = ignored.get(uri.toString()) ?? new Set();
      ignored.set(uri.toString(), codes.add(code));
      changed.fire();
    },
    onDidChange: changed.event,
    dispose: () => changed.dispose(),
  };
}

import { Disposable, window } from 'vscode';
import type { FeatureContext } from '../../feature-context.ts';
import { isStep, onDidFinishStep, type Step, tickOff } from '../../finish-step.ts';

/** Names of the steps that are done: nothing of what was done in them. */
const KEY = 'mintmark.doneSteps';
/** The editor reads the walkthrough some time after it shows the page: at most 5 s, which it waits for experiments. */
const REPEAT_MS = [300, 1_500, 6_000];

/**
 * Remembers what steps were done, here or in an earlier window, and ticks them off when a page of the walkthrough may
 * have been opened: the editor reads the walkthrough then at the earliest, and heeds only what it sees happen.
 */
export function repeatSteps({ globalState }: Pick<FeatureContext['extension'], 'globalState'>): Disposable {
  const done = new Set<Step>();
  let repeating: NodeJS.Timeout[] = [];
  const readDone = (): ReadonlySet<Step> => {
    const kept = globalState.get<unknown>(KEY);
    return new Set([...(Array.isArray(kept) ? kept.filter(isStep) : []), ...done]);
  };
  const stop = () => repeating.forEach(clearTimeout);
  return Disposable.from(
    { dispose: stop },
    onDidFinishStep((step) => {
      done.add(step);
      const kept = globalState.get<unknown>(KEY);
      if (!Array.isArray(kept) || !kept.includes(step)) void globalState.update(KEY, [...readDone()]);
    }),
    window.tabGroups.onDidChangeTabs(({ opened }) => {
      // Pages of the editor itself say nothing more about them.
      if (!opened.some(({ input }) => input === undefined)) return;
      stop();
      repeating = REPEAT_MS.map((ms) => setTimeout(() => readDone().forEach(tickOff), ms));
    }),
  );
}

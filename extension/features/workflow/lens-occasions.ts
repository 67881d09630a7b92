import { Disposable, type Event, EventEmitter, type TextDocument, window, workspace } from 'vscode';
import { SECTION, SETTINGS } from '../../contributions.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { placeWorkflow } from './workflow-files.ts';

/** When the lenses of jobs are to be asked for anew, beyond what the editor does by itself when a text changes. */
export interface LensOccasions extends Disposable {
  readonly onDidArise: Event<void>;
  /** Notes that the editor asks for the lenses of a document now. */
  note(document: TextDocument): void;
  /** Notes that it got none, as when the connection is lost meanwhile: it is to ask again at the next occasion. */
  noteNone(document: TextDocument): void;
}

/** What no situation is described as. */
const NO_SITUATION = '';

type Situated = Pick<DaemonSession, 'state' | 'issuers' | 'onDidChangeState' | 'onDidChangeIssuers'>;

/**
 * Follows what lenses of jobs depend on besides their text: who answers, an issuer's options, the branch that is
 * checked out, other workflow files, and the setting. Nothing arises while shown lenses would stay the same: a click on
 * one that is just replaced can be lost.
 */
export function followLensOccasions(session: Situated): LensOccasions {
  const arisen = new EventEmitter<void>();
  /** In which situation the editor last asked, by document. */
  let asked: ReadonlyMap<TextDocument, string> = new Map();

  const listShown = (): readonly TextDocument[] => {
    const visible = new Set(window.visibleTextEditors.map(({ document }) => document));
    return [...asked.keys()].filter((document) => visible.has(document));
  };
  const arise = () => arisen.fire();
  const look = (): void => {
    const { kind } = session.state;
    // What is on its way ends in another situation, or in the one of before.
    if (kind === 'starting' || kind === 'reconnecting') return;
    if (listShown().some((document) => asked.get(document) !== describeSituation(session, document))) arise();
  };
  const noteAs = (document: TextDocument, situation: string): void => {
    asked = new Map([...asked, [document, situation]]);
  };
  const lookAtJobs = (isMeant: (document: TextDocument) => boolean): void => {
    const meant = listShown().filter(isMeant);
    const { kind } = session.state;
    if (kind === 'running' && meant.length > 0) arise();
    // Nobody could answer now: it is remembered until the connection is back.
    if (kind === 'reconnecting') for (const document of meant) noteAs(document, NO_SITUATION);
  };

  // Whatever branch is checked out is in the subject.
  const head = workspace.createFileSystemWatcher('**/.git/HEAD');
  const parts = Disposable.from(
    arisen,
    head,
    head.onDidChange(() => lookAtJobs(() => true)),
    // Git writes a new file and renames it to this one.
    head.onDidCreate(() => lookAtJobs(() => true)),
    session.onDidChangeState(look),
    session.onDidChangeIssuers(look),
    // A reusable workflow is another file than the one that is shown.
    workspace.onDidSaveTextDocument((saved) => {
      if (placeWorkflow(saved.uri.fsPath) !== null) lookAtJobs((document) => document !== saved);
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.${SETTINGS.workflowLenses}`)) arise();
    }),
    workspace.onDidCloseTextDocument((closed) => {
      asked = new Map([...asked].filter(([document]) => document !== closed));
    }),
  );
  return {
    onDidArise: arisen.event,
    note: (document) => noteAs(document, describeSituation(session, document)),
    noteNone: (document) => noteAs(document, NO_SITUATION),
    dispose: () => parts.dispose(),
  };
}

/** All that the lenses of a document depend on and that this window knows. */
function describeSituation({ state, issuers }: Pick<Situated, 'state' | 'issuers'>, { uri }: TextDocument): string {
  if (state.kind !== 'running') return state.kind === 'failed' ? 'stopped' : state.kind;
  const slug = placeWorkflow(uri.fsPath)?.platform;
  const options = issuers.find((issuer) => issuer.slug === slug)?.options ?? {};
  return JSON.stringify([state.baseUrl, options]);
}

import { commands, l10n, ViewColumn, type WebviewPanel, window, workspace } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import type { Issuer } from '../../../daemon/protocol/resources.ts';
import {
  isMintRequest,
  type MintDraft,
  type MintIssuer,
  type MintProblem,
  type MintRequest,
  type MintSnapshot,
} from '../../../webview/protocol.ts';
import { readDraft } from '../../../webview/read-draft.ts';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { openPage, type SnapshotBase } from '../../pages/open-page.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { openInspector } from '../inspector/open-inspector.ts';
import { saveFirst } from '../workflow/job-actions.ts';
import { type JobChoice, toJobQuery } from '../workflow/job-choice.ts';
import { rememberJob } from '../workflow/remember-job.ts';
import { type Deliver, prepareDelivery, watchDelivered } from './deliver-token.ts';
import { EMPTY_DRAFT, fillInJob, readDraftJob } from './draft-job.ts';
import { followJob } from './follow-job.ts';
import { offerJobs } from './offer-jobs.ts';
import { placeProblem } from './place-problem.ts';

export type MintMode = MintSnapshot['mode'];

export interface MintContext extends FeatureContext {
  readonly documents: VirtualDocuments;
}

interface Opened {
  readonly panel: WebviewPanel;
  readonly fillIn: (wishes: Partial<MintDraft>, job?: JobChoice) => void;
}

/** One form of each kind in a window. What is typed lives as long as the form, in memory only. */
const opened: Readonly<Record<MintMode, WeakMap<FeatureContext['session'], Opened>>> = {
  mint: new WeakMap(),
  simulate: new WeakMap(),
};

/** Shows the form that mints, as it was left; wishes and a job are filled in over what was there. */
export function openMintForm(
  context: MintContext,
  mode: MintMode,
  wishes: Partial<MintDraft> = {},
  job?: JobChoice,
): void {
  const known = opened[mode].get(context.session);
  const { fillIn } = known ?? openPanel(context, mode);
  fillIn(wishes, job);
  // A new panel comes with the focus. To reveal it would take the focus once more, from whatever has it by then.
  known?.panel.reveal();
}

function openPanel(context: MintContext, mode: MintMode): Opened {
  const { session, documents, log, extension } = context;
  const title = mode === 'mint' ? l10n.t('Mint Token') : l10n.t('Simulate Workflow Job');
  const panel = window.createWebviewPanel(`mintmark.${mode}Panel`, title, ViewColumn.Active, {});
  let draft = EMPTY_DRAFT;
  let filled = 0;
  let minting = false;
  let problem: MintProblem | null = null;
  let minted: MintSnapshot['minted'] = null;
  let token = '';

  const report = (error: unknown) => log.warn('mint', error);
  const offers = offerJobs(session, () => {
    follow();
    page.refresh();
  });
  const follower = followJob(session, () => page.refresh(), report);

  const readJob = () => readDraftJob(draft, offers.jobs);
  const hasJobs = () => (offers.platformOf(draft.slug)?.events.length ?? 0) > 0;
  const follow = () => follower.ask(session.state.kind === 'running' && hasJobs() ? readJob() : null);
  const load = () => {
    follow();
    if (session.state.kind === 'running') void offers.load(draft.slug).catch(report);
  };
  const makeSnapshot = (base: SnapshotBase): MintSnapshot => ({
    ...base,
    type: 'snapshot',
    mode,
    issuers: session.issuers.map(toMintIssuer),
    platforms: offers.platforms,
    jobs: offers.jobs.map(({ name, triggers }) => ({ name, triggers: triggers ?? [] })),
    refs: offers.refs,
    draft,
    filled,
    preview: follower.preview,
    previewing: follower.isAsking,
    previewProblem: follower.problem,
    minting,
    problem,
    minted,
  });

  const mint = async (prepare: () => Promise<Deliver | undefined>): Promise<void> => {
    const { order } = readDraft(draft);
    if (order === null || minting) return;
    const job = readJob();
    // From now on: whoever presses twice while a dialog is open wants one token.
    [minting, problem] = [true, null];
    page.refresh();
    try {
      const deliver = (await saveFirst(job)) ? await prepare() : undefined;
      if (deliver === undefined) return;
      [minted, token] = [null, ''];
      const answer = await session.call('tokens.mint', { ...order, ...(hasJobs() && toJobQuery(job)) });
      const where = await deliver(answer);
      const { jti, issuer, kid, expiresAt } = answer;
      token = answer.token;
      minted = { jti, issuer, kid, expiresAt: Date.parse(expiresAt), where };
      if (mode === 'simulate') await rememberJob(extension, job);
    } catch (error) {
      if (!(error instanceof MintmarkError)) throw error;
      problem = placeProblem(error);
    } finally {
      minting = false;
      page.refresh();
    }
  };
  const page = openPage<MintRequest>(context, panel, {
    name: 'mint',
    title,
    isRequest: isMintRequest,
    makeSnapshot,
    async answer(request) {
      if ('draft' in request) {
        draft = request.draft;
        load();
        page.refresh();
      }
      if (request.type === 'mint') await mint(() => prepareDelivery(documents, draft.destination));
      else if (request.type === 'watch') await mint(async () => watchDelivered(context));
      else if (request.type === 'terminal') {
        if (mode === 'simulate') await rememberJob(extension, readJob());
        await commands.executeCommand(COMMANDS.openCiTerminal, readJob());
      }
      if (request.type === 'inspect' && token !== '') {
        openInspector(context, { token, source: l10n.t('minted here'), expect: null });
      }
    },
  });
  const parts = [
    session.onDidChangeState(load),
    session.onDidChangeIssuers(follow),
    workspace.onDidSaveTextDocument(() => follower.askAgain()),
  ];
  panel.onDidDispose(() => {
    opened[mode].delete(session);
    for (const part of parts) part.dispose();
  });
  const made: Opened = {
    panel,
    fillIn(wishes, job) {
      if (job !== undefined || Object.keys(wishes).length > 0) {
        draft = { ...draft, ...wishes, ...(job && fillInJob(job, offers.add(job))) };
        filled += 1;
      }
      load();
      page.refresh();
    },
  };
  opened[mode].set(session, made);
  return made;
}

function toMintIssuer({ slug, platform, url, alg, tokenTtlSeconds, keys }: Issuer): MintIssuer {
  const kid = keys.find(({ state }) => state === 'active')?.kid ?? null;
  return { slug, platform, url, alg, kid, lifeSeconds: tokenTtlSeconds };
}

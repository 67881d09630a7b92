import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Uri, window } from 'vscode';
import { EMPTY_DRAFT } from '../../../../extension/features/mint/draft-job.ts';
import { openMintForm } from '../../../../extension/features/mint/open-mint-form.ts';
import { simulateJob } from '../../../../extension/features/mint/simulate-job.ts';
import { createVirtualDocuments } from '../../../../extension/virtual-documents.ts';
import { isMintSnapshot, type MintDraft, type MintSnapshot } from '../../../../webview/protocol.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { joinDaemon } from '../join-daemon.ts';
import { makePanel } from '../pages/make-panel.ts';
import { makeExtension } from '../workflow/make-extension.ts';
import { DEPLOY, openRepository } from '../workflow/open-repository.ts';

beforeEach(resetEditor);

/** A form as the extension sees it: a test speaks for its page. */
async function open() {
  const joined = await joinDaemon();
  const made = makePanel();
  Object.assign(window, { createWebviewPanel: () => made.panel });
  const extension = makeExtension('/storage');
  const context = { ...joined, extension, documents: createVirtualDocuments() };
  const last = () => made.posted.at(-1) as unknown as MintSnapshot;
  const say = (type: string, change: Partial<MintDraft> = {}) =>
    made.said.fire({ type, draft: { ...EMPTY_DRAFT, ...change } });
  const see = (what: string, isSeen: (snapshot: MintSnapshot) => boolean) =>
    waitFor(what, () => made.posted.length > 0 && isSeen(last()) && last());
  const countTokens = async () => (await joined.session.call('tokens.list', {})).items.length;
  return { ...joined, ...made, context, extension, last, say, see, countTokens };
}

async function openMint() {
  const form = await open();
  openMintForm(form.context, 'mint');
  form.said.fire({ type: 'ready' });
  await form.see('the form', ({ platforms }) => platforms.length > 0);
  return form;
}

function makeFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-saved-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'token.jwt');
}

describe('the form that mints', () => {
  it('comes with the focus, and takes it again only when it is asked for again', async () => {
    const { context, revealed } = await openMint();
    expect(revealed).toEqual([]);
    openMintForm(context, 'mint');
    expect(revealed).toHaveLength(1);
  });

  it('says only what the page takes', async () => {
    const { last } = await openMint();
    expect(isMintSnapshot(last())).toBe(true);
  });

  it('mints one token when it is sent twice while the place for it is being chosen', async () => {
    const { say, see, countTokens } = await openMint();
    const file = makeFile();
    let answer: (uri: unknown) => void = () => {};
    editor.answers.push(() => new Promise((resolve) => (answer = resolve)));
    say('mint', { destination: 'file' });
    await see('that it is under way', ({ minting }) => minting);
    say('mint', { destination: 'file' });
    answer(Uri.file(file));
    await see('the token', ({ minted }) => minted !== null);
    expect(await countTokens()).toBe(1);
    expect(editor.asked.filter(({ kind }) => kind === 'save')).toHaveLength(1);
  });

  it('closes a file to others before a token gets into it, also one that was there', async () => {
    const { say, see } = await openMint();
    const file = makeFile();
    writeFileSync(file, 'old');
    chmodSync(file, 0o644);
    editor.answers.push(Uri.file(file));
    say('mint', { destination: 'file' });
    await see('the token', ({ minted }) => minted !== null);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^eyJ/);
  });

  it('mints nothing when no place is chosen', async () => {
    const { say, see, countTokens } = await openMint();
    say('mint', { destination: 'file' });
    await see('the end', ({ minting, draft }) => !minting && draft.destination === 'file');
    expect(await countTokens()).toBe(0);
  });

  it('tells the page what was minted, and never the token', async () => {
    const { say, see, posted } = await openMint();
    say('mint', { destination: 'clipboard' });
    const { minted } = await see('the token', ({ minted }) => minted !== null);
    expect(minted?.where).toBe('It is on the clipboard.');
    expect(editor.clipboard).toMatch(/^eyJ/);
    for (const part of editor.clipboard.split('.')) expect(JSON.stringify(posted)).not.toContain(part);
  });

  it('keeps the issuer that was chosen when it is opened again', async () => {
    const { say, see, context, session, posted } = await openMint();
    await session.call('issuers.create', { slug: 'team-a' });
    say('draft', { slug: 'team-a', subject: 'typed' });
    await see('the choice', ({ draft }) => draft.slug === 'team-a');
    const count = posted.length;
    openMintForm(context, 'mint');
    await waitFor('a snapshot', () => posted.length > count);
    expect((posted.at(-1) as unknown as MintSnapshot).draft).toMatchObject({ slug: 'team-a', subject: 'typed' });
  });

  it.each([
    [{ life: '2d' }, 'life', /1s to 1d/],
    [{ subject: 'a\u0007b' }, 'subject', /characters/],
    [{ slug: 'gone' }, 'issuer', /issuer/],
  ])('tells at its field why %j was refused, and shows no token of before', async (change, field, words) => {
    const { say, see } = await openMint();
    say('mint', { destination: 'clipboard' });
    await see('a token', ({ minted }) => minted !== null);
    say('mint', { ...change, destination: 'clipboard' });
    const { problem, minted } = await see('the refusal', ({ problem }) => problem !== null);
    expect(problem).toEqual({ field, text: expect.stringMatching(words) });
    expect(minted).toBeNull();
  });

  it('has a token watched against what it says itself', async () => {
    const { say, see, watches } = await openMint();
    say('watch', { audience: 'https://api.example' });
    await see('the token', ({ minted }) => minted !== null);
    expect(watches.pinned[0]).toMatchObject({ expect: { audience: 'https://api.example' } });
    await waitFor('its verdict', () => watches.pinned[0]?.verdict?.status === 'accepted');
  });
});

describe('a simulated job', () => {
  it('is picked step by step, and remembered by name only', async () => {
    const folder = openRepository();
    const form = await open();
    editor.answers.push(choose('GitHub Actions'), choose('deploy'), choose('push'), choose('What is checked out'));
    await simulateJob(form.context, undefined);
    form.said.fire({ type: 'ready' });
    const { preview } = await form.see('the preview', (snapshot) => snapshot.preview !== null && !snapshot.previewing);
    expect(preview?.subject).toBe('repo:acme/widgets:environment:prod');
    expect(form.extension.workspaceState.keys().map((key) => form.extension.workspaceState.get(key))).toEqual([
      { slug: 'github-actions', file: join(folder, DEPLOY), id: 'deploy', event: 'push' },
    ]);
    editor.asked.length = 0;
    editor.answers.push(choose('GitHub Actions'), (rows: unknown) => (rows as unknown[])[0]);
    await simulateJob(form.context, undefined);
    const [platforms, jobs] = editor.asked.map(({ choices }) => choices as { label: string }[]);
    expect([platforms?.[0]?.label, jobs?.[0]?.label]).toEqual(['GitHub Actions', 'deploy']);
  });

  it('shows what the token says as event and ref change, the last answer last', async () => {
    const folder = openRepository();
    const { say, see, context, said, last } = await open();
    await simulateJob(context, { slug: 'github-actions', file: join(folder, DEPLOY), id: 'deploy', event: 'push' });
    said.fire({ type: 'ready' });
    await see('the jobs', ({ jobs }) => jobs.length === 2);
    const job = { slug: 'github-actions', job: `${DEPLOY}#deploy` };
    for (const event of ['pull_request', 'schedule', 'push']) say('draft', { ...job, event, ref: 'refs/heads/dev' });
    await see('the end', ({ previewing, draft }) => !previewing && draft.event === 'push' && draft.ref !== '');
    expect(JSON.parse(last().preview?.claims ?? '')).toMatchObject({ event_name: 'push', ref: 'refs/heads/dev' });
    say('draft', { ...job, event: 'push', ref: 'dev' });
    const { previewProblem } = await see('the mistake', ({ previewProblem }) => previewProblem !== null);
    expect(previewProblem?.field).toBe('ref');
  });

  it('that would get no token says so, and mints none', async () => {
    const folder = openRepository();
    const { say, see, context, said, countTokens } = await open();
    await simulateJob(context, { slug: 'github-actions', file: join(folder, DEPLOY), id: 'lint' });
    said.fire({ type: 'ready' });
    const { preview, draft } = await see('the preview', (snapshot) => snapshot.preview !== null);
    expect(preview?.refusal?.mend).toMatch(/id-token: write/);
    say('mint', { ...draft, destination: 'clipboard' });
    expect((await see('the refusal', ({ problem }) => problem !== null)).problem?.field).toBe('form');
    expect(await countTokens()).toBe(0);
  });

  it('names no file but those that were found', async () => {
    openRepository();
    const { say, see, context, said } = await open();
    await simulateJob(context, { slug: 'github-actions' });
    said.fire({ type: 'ready' });
    say('draft', { slug: 'github-actions', job: '/etc/passwd#deploy', event: 'push' });
    const { preview } = await see('a job of no file', (snapshot) => snapshot.preview !== null && !snapshot.previewing);
    expect(preview?.subject).toBe('repo:acme/widgets:ref:refs/heads/main');
  });
});

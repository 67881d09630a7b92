import { beforeEach, describe, expect, it, vi } from 'vitest';
import { activateKey } from '../../../../extension/features/keys/activate-key.ts';
import { exportKey } from '../../../../extension/features/keys/export-key.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { makeIssuer, makeKey } from '../wire-values.ts';

beforeEach(resetEditor);

const waiting = makeKey({ kid: 'waiting', state: 'next' });
const advertised = makeKey({ kid: 'advertised', state: 'next', canSign: false });
const join = (...published: ReturnType<typeof makeKey>[]) => {
  const call = vi.fn();
  return { call, session: { issuers: [makeIssuer({ keys: [makeKey(), ...published] })], call } as never };
};
const listOffered = () => (editor.asked.at(-1)!.choices as { label: string }[]).map(({ label }) => label);

describe('a key that is only advertised, or damaged', () => {
  it('is not offered where one is to sign', async () => {
    const { session, call } = join(waiting, advertised);
    editor.answers.push(choose('default'), choose('waiting'));
    await activateKey(session, undefined);
    expect(listOffered()).toEqual(['waiting']);
    expect(call).toHaveBeenCalledWith('keys.activate', { slug: 'default', kid: 'waiting' });
  });

  it('leaves nothing to activate where it is the only one', async () => {
    const { session, call } = join(advertised);
    editor.answers.push(choose('default'));
    await activateKey(session, undefined);
    expect(editor.asked.at(-1)).toMatchObject({ kind: 'information' });
    expect(call).not.toHaveBeenCalled();
  });

  it.each([
    [waiting, 4],
    [advertised, 2],
  ])('has no private half to export (%#)', async ({ kid }, count) => {
    const { session } = join(waiting, advertised);
    await exportKey(session, undefined as never, { kind: 'key', slug: 'default', kid });
    expect(listOffered()).toHaveLength(count);
  });
});

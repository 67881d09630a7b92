import { expect, onTestFinished, test } from 'vitest';
import { watchVerdict } from '../../../../daemon/cli/judging/watch-verdict.ts';
import { openSession } from '../../../../daemon/cli/session.ts';
import { proveDaemon } from '../../../../daemon/client/prove-daemon.ts';
import { waitFor } from '../../../support/wait.ts';
import { openLiveEnd, refuse, reply } from '../../client/live-end.ts';
import { createTestIo } from '../test-io.ts';

test('a watch that the daemon does not take again after it was away ends with its reason', async () => {
  const end = await openLiveEnd();
  onTestFinished(() => end.close());
  const io = createTestIo();
  const session = { ...openSession(io, { json: true }), daemon: () => proveDaemon(end.daemon.file) };
  end.answer = ({ id }, socket) => reply(socket, id, { watchId: 'w', verdict: { status: 'accepted' } });
  const watching = expect(watchVerdict(session, { token: 't', expect: {} }, false)).rejects.toMatchObject({
    code: 'too_many_watches',
  });
  await waitFor('the first verdict', () => io.stdoutText().includes('accepted'));
  end.answer = ({ id }, socket) => refuse(socket, id, 'too_many_watches');
  end.cut();
  await watching;
});

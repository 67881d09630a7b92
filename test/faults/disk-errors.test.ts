import { describe, expect, it } from 'vitest';
import { mint, startDaemon } from '../support/daemon.ts';
import { makeHome } from '../support/program.ts';
import { attachTracer, NO_ATTACHING } from '../support/system-calls.ts';

describe.skipIf(NO_ATTACHING !== null)(`a disk that fails${NO_ATTACHING ? ` (${NO_ATTACHING})` : ''}`, () => {
  const failures: [what: string, inject: string, code: string, end: NodeJS.Signals][] = [
    ['fdatasync says EIO', 'fdatasync,fsync:error=EIO', 'database_unavailable', 'SIGKILL'],
    ['fdatasync says EIO until the daemon is stopped', 'fdatasync,fsync:error=EIO', 'database_unavailable', 'SIGTERM'],
    ['writing says EIO', 'pwrite64,pwritev:error=EIO', 'database_unavailable', 'SIGKILL'],
    ['writing says ENOSPC', 'pwrite64,pwritev:error=ENOSPC', 'storage_full', 'SIGKILL'],
  ];
  const title = 'acknowledges nothing while %s, serves what needs no writing, and has lost nothing at the next start';

  it.each(failures)(title, async (_what, inject, code, end) => {
    const { home, remove } = makeHome();
    const daemon = await startDaemon({ home });
    try {
      const { token, kid } = await mint(daemon);
      const calls = inject.slice(0, inject.indexOf(':'));
      const tracer = await attachTracer(daemon.pid, ['-e', `trace=${calls}`, '-e', `inject=${inject}`]);
      try {
        const refusal = await daemon.control('POST', '/issuers/default/tokens', {});
        expect(refusal.json()).toMatchObject({ code });
        const rotation = await daemon.control('POST', '/issuers/default/keys/rotate', {});
        expect(rotation.json()).toMatchObject({ code });
        const jwks = await daemon.publicGet('/issuers/default/.well-known/jwks.json');
        expect(jwks.json()).toMatchObject({ keys: [{ kid }] });
        const verdict = await daemon.control('POST', '/verify', { token });
        expect(verdict.json()).toMatchObject({ status: 'accepted' });
        expect((await daemon.control('GET', '/status')).json()).toMatchObject({ health: 'degraded' });
      } finally {
        await tracer.detach();
      }
      await daemon.terminate(end);
      const again = await startDaemon({ home, port: daemon.port });
      await mint(again);
      expect((await again.control('POST', '/verify', { token })).json()).toMatchObject({ status: 'accepted' });
      const { items } = (await again.control('GET', '/events?limit=1000')).json<{ items: { name: string }[] }>();
      expect(items.map(({ name }) => name)).not.toContain('database.log_missing');
      await again.terminate();
    } finally {
      await daemon.terminate('SIGKILL');
      remove();
    }
  });
});

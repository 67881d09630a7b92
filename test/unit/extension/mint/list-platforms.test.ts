import { expect, test } from 'vitest';
import { platformProfiles } from '../../../../daemon/platforms/profiles.ts';
import { listPlatforms } from '../../../../extension/features/mint/list-platforms.ts';
import { joinDaemon } from '../join-daemon.ts';

test('platforms are offered as far as the daemon emulates them, and asking makes no issuer', async () => {
  const { session } = await joinDaemon();
  const before = (await session.call('status', {})).issuers;
  const platforms = await listPlatforms(session);
  expect(platforms).toEqual([...platformProfiles].map(([name, profile]) => ({ name, available: profile !== null })));
  expect((await session.call('status', {})).issuers).toBe(before);
});

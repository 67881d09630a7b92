import { expect, it } from 'vitest';
import { createControllableClock } from '../../../../daemon/live/clock.ts';
import { setClock } from '../../../../daemon/server/control-api/clock-operations.ts';

const CENTURY_SECONDS = 3_153_600_000;

it('the time goes up to the end of the year 9999 and no further, and a move beyond it moves nothing', () => {
  const control = createControllableClock(() => Date.UTC(2026, 0));
  const daemonClock = { clock: control, control };
  expect(setClock(daemonClock, { freeze: '9999-12-31T23:59:59Z' }).now).toBe('9999-12-31T23:59:59Z');
  expect(() => setClock(daemonClock, { advanceSeconds: 1 })).toThrow(
    expect.objectContaining({ code: 'invalid_request' }),
  );
  expect(setClock(daemonClock, { advanceSeconds: 0.999 }).now).toBe('9999-12-31T23:59:59.999Z');
  expect(setClock(daemonClock, { reset: true, advanceSeconds: CENTURY_SECONDS }).now).toMatch(/^2125-/);
});

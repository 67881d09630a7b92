import { expect, test } from 'vitest';
import { CONTROL_ROUTES } from '../../../daemon/client/control-routes.ts';
import { OPERATIONS } from '../../../daemon/protocol/operations.ts';

test('the client knows the route of every operation', () => {
  const routes = Object.entries(OPERATIONS).map(([name, { method, path }]) => [name, `${method} ${path}`]);
  expect(CONTROL_ROUTES).toEqual(Object.fromEntries(routes));
});

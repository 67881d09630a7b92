import { afterEach, expect, it, vi } from 'vitest';
import { moveFocus } from '../../../../webview/ui/move-focus.ts';

afterEach(() => void vi.unstubAllGlobals());

it.each([
  ['goes to another element of the page that has it', true, 1],
  ['is not taken from the editor', false, 0],
])('the focus %s', (_, hasFocus, times) => {
  vi.stubGlobal('document', { hasFocus: () => hasFocus });
  const focus = vi.fn();
  moveFocus({ focus });
  expect(focus).toHaveBeenCalledTimes(times);
});

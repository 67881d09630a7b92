import { afterEach, describe, expect, it, vi } from 'vitest';
import { t, translateKnown, useTranslation } from '../../../../webview/ui/words.ts';

/** Stands for everything that a page finds in a browser: it can be read, called and made without end. */
const anything: unknown = new Proxy(() => {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : name === Symbol.iterator ? undefined : anything),
  set: () => true,
  apply: () => anything,
  construct: () => anything as object,
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock('../../../../webview/ui/words.ts');
  useTranslation([]);
});

describe('the texts of a page', () => {
  it('are in the language that the editor gives, with their values in place', () => {
    useTranslation([{ from: '{0} of {1}', to: '{1}: {0}' }]);
    expect([t('{0} of {1}', 'a', 'b'), t('not known {0}', 1), translateKnown('{0} of {1}')]).toEqual([
      'b: a',
      'not known 1',
      '{1}: {0}',
    ]);
  });

  it.each(['inspector', 'compare', 'timeline', 'mint'])(
    'of %s are not written before that language is known',
    async (name) => {
      const asked = vi.fn(String);
      vi.resetModules();
      vi.doMock('../../../../webview/ui/words.ts', () => ({
        t: asked,
        translateKnown: asked,
        useTranslation: () => {},
      }));
      for (const each of ['document', 'window', 'matchMedia', 'acquireVsCodeApi', 'setInterval']) {
        vi.stubGlobal(each, anything);
      }
      await import(`../../../../webview/${name}/${name}.ts`);
      expect(asked).not.toHaveBeenCalled();
    },
  );
});

import { beforeEach, describe, expect, it } from 'vitest';
import { showValue } from '../../../../webview/ui/show-value.ts';
import { type FakeElement, useFakeDocument } from '../fake-document.ts';

beforeEach(useFakeDocument);

const show = (raw: string) => showValue(raw) as unknown as FakeElement;

describe('a value of a token', () => {
  it.each([
    ['a text', (text: string) => `"${text}"`],
    ['a text in a list', (text: string) => `["${text}"]`],
    ['a name in an object', (text: string) => `{"${text}":1}`],
  ])('that is %s spells out what turns the direction of writing, and what does not show', (_, write) => {
    const { textContent } = show(write('admin\u202enimda\u200b\u0085'));
    expect(textContent).toContain('admin');
    expect(textContent).not.toMatch(/[\u202e\u200b\u0085]/);
    expect(textContent).toMatch(/202E.*200B.*85/i);
  });

  it('that is very long is cut until somebody asks for all of it', () => {
    const raw = `"${'x'.repeat(2_000)}\u202e"`;
    const shown = show(raw);
    expect(shown.find('code')?.textContent.length).toBeLessThan(700);
    shown.find('button')?.press();
    expect(shown.find('code')?.textContent).toMatch(/^"x{2000}.*202E.*"$/i);
    expect(shown.find('button')).toBeUndefined();
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { window } from 'vscode';
import { MintmarkError } from '../../../../daemon/problem.ts';
import { redactLog } from '../../../../extension/features/logs/redacted-log.ts';
import { encodePart } from '../../../support/forge.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';

const TOKEN = `${encodePart({ alg: 'RS256' })}.${encodePart({ sub: 'me' })}.c2lnbmF0dXJl`;
const log = redactLog(window.createOutputChannel('Mintmark', { log: true }));

beforeEach(resetEditor);

describe('the log', () => {
  it.each(['trace', 'debug', 'info', 'warn', 'error', 'append', 'appendLine', 'replace'] as const)(
    'takes no token through %s',
    (level) => {
      log[level](`got ${TOKEN} here`);
      expect(editor.logged).toHaveLength(1);
      expect(editor.logged[0]).toContain('got ');
      expect(editor.logged[0]).not.toContain(TOKEN.slice(0, 20));
    },
  );

  it('takes no token out of an error, its cause, or further values', () => {
    const cause = new Error(`Bearer ${TOKEN}`);
    log.error('it failed', new MintmarkError('internal', `with ${TOKEN}`, { cause }), TOKEN, { token: TOKEN });
    expect(editor.logged.join()).not.toContain(TOKEN.slice(0, 20));
    expect(editor.logged.join()).toContain('MintmarkError (internal)');
  });

  it('cuts what is too long', () => {
    log.info('x'.repeat(1_000_000));
    expect(editor.logged[0]?.length).toBeLessThan(10_000);
  });
});

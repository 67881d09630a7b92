import { describe, expect, it } from 'vitest';
import { isCompareRequest, isInspectorRequest, isMintRequest, isTimelineRequest } from '../../../webview/protocol.ts';

const job = { job: '', event: 'push', ref: '', options: [{ name: 'environment', value: 'prod' }] };
const said = { subject: '', audience: '', life: '', claims: '{}', lookAlike: false };
const draft = { slug: 'default', ...job, ...said, destination: 'editor' };
const expectation = { issuer: 'https://issuer.example', audience: ['api'] };

describe('requests of a page', () => {
  it.each([
    [isInspectorRequest, { type: 'ready' }],
    [isInspectorRequest, { type: 'verify', expect: expectation }],
    [isInspectorRequest, { type: 'watch', expect: { issuer: '', audience: [] } }],
    [isInspectorRequest, { type: 'copy', text: 'x' }],
    [isCompareRequest, { type: 'show', left: 'a', right: 'b' }],
    [isTimelineRequest, { type: 'choose', slug: 'gitlab' }],
    [isMintRequest, { type: 'mint', draft }],
  ])('are known by their shape', (isRequest, request) => {
    expect(isRequest(request)).toBe(true);
  });

  it.each([
    ['a command', { type: 'command', command: 'workbench.action.terminal.new' }],
    ['a path', { type: 'ready', path: '../../etc/passwd' }],
    ['50 MB', { type: 'show', token: 'x'.repeat(50_000_000) }],
    ['another type of member', { type: 'verify', expect: { issuer: 1, audience: [] } }],
    [
      'a thousand audiences',
      { type: 'verify', expect: { issuer: '', audience: Array.from({ length: 1_000 }, () => 'a') } },
    ],
    ['a mint order', { type: 'mint', draft }],
  ])('of the inspector are not: %s', (_, request) => {
    expect(isInspectorRequest(request)).toBe(false);
  });

  it('to mint name no place of their own', () => {
    expect(isMintRequest({ type: 'mint', draft: { ...draft, destination: 'uri' } })).toBe(false);
    expect(isMintRequest({ type: 'mint', draft: { ...draft, path: '/tmp/x' } })).toBe(false);
    expect(isMintRequest({ type: 'terminal', draft: { ...draft, options: [{ name: 'a', value: 1 }] } })).toBe(false);
  });
});

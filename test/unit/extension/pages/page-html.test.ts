import { expect, test } from 'vitest';
import { writePageHtml } from '../../../../extension/pages/page-html.ts';

const html = writePageHtml({
  script: 'https://file.example/inspector.js',
  style: 'https://file.example/inspector.css',
  source: 'https://*.example',
  nonce: 'n0nce',
  language: 'en',
  title: 'Token "<Inspector>" &quot;',
});
const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.split('; ') ?? [];

test('a page may do nothing but run its script and look like the editor', () => {
  expect(policy).toEqual([
    "default-src 'none'",
    "script-src 'nonce-n0nce'",
    'style-src https://*.example',
    'font-src https://*.example',
    "img-src 'none'",
    "connect-src 'none'",
    "frame-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
});

test('there is one script, with the nonce, and nothing inline', () => {
  expect(html.match(/<script[^>]*>/g)).toEqual(['<script nonce="n0nce" src="https://file.example/inspector.js">']);
  expect(html).toContain('></script>');
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
});

test('texts are no markup', () => {
  expect(html).toContain('<title>Token &quot;&lt;Inspector&gt;&quot; &amp;quot;</title>');
});

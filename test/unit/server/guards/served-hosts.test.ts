import { expect, it } from 'vitest';
import { parsePublicUrl } from '../../../../daemon/server/guards/served-hosts.ts';

it.each([
  ['https://mint.example', 'https://mint.example'],
  ['https://mint.example/', 'https://mint.example'],
  ['https://MINT.example:8443', 'https://mint.example:8443'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://[::1]:8080/', 'http://[::1]:8080'],
])('%s is a public URL', (text, url) => {
  expect(parsePublicUrl(text)).toBe(url);
});

it.each([
  '',
  'mint.example',
  'http://mint.example',
  'ftp://mint.example',
  'https://mint.example/path',
  'https://mint.example/?q',
  'https://mint.example/#f',
  'https://user@mint.example',
  'javascript:alert(1)',
])('%j is none', (text) => {
  expect(() => parsePublicUrl(text)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
});

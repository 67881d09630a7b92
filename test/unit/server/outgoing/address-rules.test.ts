import { expect, it } from 'vitest';
import { classifyAddress } from '../../../../daemon/server/outgoing/address-rules.ts';

it.each([
  '8.8.8.8',
  '10.0.0.1',
  '192.168.1.1',
  '172.16.0.1',
  '2606:4700::1',
  'fd00::1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '64:ff9b:1::808:808',
  '64:ff9b:1:808:8:800::',
])('%s may hold an issuer', (address) => {
  expect(classifyAddress(address)).toBe('public');
});

it.each([
  '127.0.0.1',
  '127.255.255.254',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::7f00:1',
  '64:ff9b:1:7f00:0:100::',
])('%s is loopback', (address) => {
  expect(classifyAddress(address)).toBe('loopback');
});

it.each([
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '169.254.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '64:ff9b:1:a9fe:a9:fe00::',
  '64:ff9b:1:a9:fe:a9fe::',
  '64:ff9b:1::a9:fea9:fe00:0',
  '64:ff9b:1:a9fe:a9:fe00:808:808',
  '2002:a9fe:a9fe::',
  'not an address',
  '',
])('%j is never fetched from', (address) => {
  expect(classifyAddress(address)).toBe('forbidden');
});

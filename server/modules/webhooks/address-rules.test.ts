import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressRules } from './address-rules.ts';

test('a private or special address is refused in any spelling', () => {
  const rules = addressRules([]);
  for (const address of [
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fdff::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2001::1',
    '100::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::FFFF:10.0.0.1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '::127.0.0.1',
    'fec0::1',
    'not-an-address',
    '',
  ])
    assert.equal(rules.isAllowed(address), false, address);
});

test('a public address is allowed', () => {
  const rules = addressRules([]);
  for (const address of [
    '1.1.1.1',
    '100.128.0.1',
    '172.32.0.1',
    '198.20.0.1',
    '2606:4700:4700::1111',
    '::ffff:1.1.1.1',
  ])
    assert.ok(rules.isAllowed(address), address);
});

test('only what the installation lists is allowed besides', () => {
  const rules = addressRules(['127.0.0.0/8', '::1/128']);
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1']) {
    assert.ok(rules.isAllowed(address), address);
    assert.ok(rules.isListed(address), address);
  }
  assert.equal(rules.isAllowed('10.0.0.1'), false);
  assert.equal(rules.isListed('1.1.1.1'), false);
});

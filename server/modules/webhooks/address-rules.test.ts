import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressRules } from './address-rules.ts';

test('a private or special address is refused in any spelling', () => {
  const rules = addressRules([], null);
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
  const rules = addressRules([], null);
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
  const rules = addressRules(['127.0.0.0/8', '::1/128'], 'KOWHAI');
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1']) {
    assert.ok(rules.isAllowed(address), address);
    assert.ok(rules.isListed(address), address);
  }
  assert.equal(rules.isAllowed('10.0.0.1'), false);
  assert.equal(rules.isListed('1.1.1.1'), false);
});

test('a block that is listed for one customer is allowed to that one only', () => {
  const listed = ['KOWHAI=10.1.0.0/16', 'RIMU=fd12:3456::/32'];
  const [kowhai, rimu, other] = ['KOWHAI', 'RIMU', null].map((code) => addressRules(listed, code));
  assert.ok(kowhai?.isAllowed('10.1.2.3') && kowhai.isListed('::ffff:10.1.2.3'));
  assert.equal(kowhai?.isAllowed('fd12:3456::1'), false);
  assert.ok(rimu?.isAllowed('fd12:3456::1'));
  assert.equal(rimu?.isAllowed('10.1.2.3'), false);
  for (const address of ['10.1.2.3', 'fd12:3456::1']) assert.equal(other?.isAllowed(address), false, address);
});

test('link-local and metadata addresses are never called, whatever is listed and however they are written', () => {
  const everything = addressRules(['0.0.0.0/0', '::/0', '64:ff9b::/96', 'fd00::/8', '2002::/16'], 'KOWHAI');
  for (const address of [
    '169.254.169.254',
    '169.254.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:FFFF:169.254.169.254',
    '::169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    'fd12::5efe:169.254.169.254',
    'fd12::200:5efe:169.254.169.254',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '100.100.100.200',
    '168.63.129.16',
    '[fe80::1]',
  ]) {
    assert.equal(everything.isAllowed(address), false, address);
    assert.equal(everything.isListed(address), false, address);
  }
  for (const address of ['10.0.0.1', 'fd12::1', '2606:4700::a9fe:a9fe', '127.0.0.1'])
    assert.ok(everything.isAllowed(address), address);
});

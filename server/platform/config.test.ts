import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { businessDayHours, ConfigFault, loadConfig } from './config.ts';

const production = {
  FAIRLEAD_SERVER_MODE: 'production',
  FAIRLEAD_SERVER_PUBLIC_URL: 'https://fairlead.payroll.example',
  FAIRLEAD_SECRETS_MASTER_KEY: 'K7p0aXnV2mQw8eJrT5uYb1LcZ4hD9sGfN6xRkE3oIiU=',
  FAIRLEAD_HTTP_TRUSTED_PROXIES: 'none',
  FAIRLEAD_DESK_HELPDESK_ADDRESS: 'helpdesk@payroll.example',
  FAIRLEAD_MAIL_TRANSPORT: 'relay',
  FAIRLEAD_MAIL_RELAY_URL: 'smtp://mail.payroll.example',
  FAIRLEAD_MAIL_FROM: 'Fairlead <no-reply@payroll.example>',
  FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES: '',
  DATABASE_URL: 'postgres://fairlead:hidden@db.payroll.example/fairlead',
};

function faultsOf(env: Record<string, string>): string[] {
  try {
    loadConfig({}, env);
  } catch (error) {
    assert.ok(error instanceof ConfigFault);
    return error.faults;
  }
  return [];
}

test('production starts with settings of its own and refuses each default that is unsafe there', () => {
  assert.deepEqual(faultsOf(production), []);
  for (const [variable, value, about] of [
    ['FAIRLEAD_SECRETS_MASTER_KEY', '', /secrets\.master_key/],
    ['FAIRLEAD_SECRETS_MASTER_KEY', 'too-short', /secrets\.master_key/],
    ['FAIRLEAD_SECRETS_MASTER_KEY', Buffer.alloc(32).toString('base64'), /secrets\.master_key.*not random/],
    ['FAIRLEAD_HTTP_TRUSTED_PROXIES', '', /http\.trusted_proxies.*"none"/],
    ['FAIRLEAD_HTTP_TRUSTED_PROXIES', 'some', /http\.trusted_proxies/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', '10.0.0.0/8', /one customer.*KOWHAI=/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', 'KOWHAI=169.254.169.254/32', /never called/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', 'KOWHAI=169.0.0.0/8', /never called/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', 'KOWHAI=::ffff:169.254.0.0/112', /never called/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', 'KOWHAI=64:ff9b::/96', /never called/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', 'KOWHAI=fe80::/10', /never called/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', 'KOWHAI=fd00:ec2::254/128', /never called/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', 'kowhai=10.0.0.0/8', /must be the code of a customer/],
    ['FAIRLEAD_DESK_HELPDESK_ADDRESS', 'helpdesk@vendor.example', /desk\.helpdesk_address/],
    ['FAIRLEAD_MAIL_TRANSPORT', 'kept', /mail\.transport/],
    ['FAIRLEAD_MAIL_RELAY_URL', '', /mail\.relay_url/],
    ['FAIRLEAD_MAIL_FROM', 'Fairlead <no-reply@vendor.example>', /mail\.from/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', '10.0.0.0/8,::ffff:127.0.0.0/104', /loopback/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', '0.0.0.0/8', /loopback/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', '::/128', /loopback/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', '::ffff:0.0.0.0/128', /loopback/],
    ['FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES', '::ffff:0:0/96', /loopback/],
    ['FAIRLEAD_SERVER_PUBLIC_URL', '', /server\.public_url/],
    ['FAIRLEAD_SERVER_PUBLIC_URL', 'http://fairlead.payroll.example', /server\.public_url.* https/],
    ['DATABASE_URL', '', /database\.url/],
  ] as const) {
    const faults = faultsOf({ ...production, [variable]: value });
    assert.equal(faults.length, 1, `${variable}=${value}: ${faults.join('; ')}`);
    assert.match(faults[0] ?? '', about);
  }
});

test('proxies are named as blocks or as none, and blocks of private addresses belong to a customer', () => {
  const wanted = {
    ...production,
    FAIRLEAD_HTTP_TRUSTED_PROXIES: '10.1.0.0/16,10.2.0.0/16',
    FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES: 'KOWHAI=10.0.0.0/8,RIMU=fd12:3456::/32',
  };
  assert.deepEqual(faultsOf(wanted), []);
  assert.deepEqual(loadConfig({}, wanted).http.trustedProxies, ['10.1.0.0/16', '10.2.0.0/16']);
  assert.equal(loadConfig({}, production).http.trustedProxies, 'none');
  assert.match(
    faultsOf({ FAIRLEAD_WEBHOOKS_ALLOWED_PRIVATE_ADDRESSES: '169.254.169.254/32' }).join(),
    /never called/,
    'nor in a demonstration',
  );
});

test('all faults are told together, also of names that are no setting and of empty numbers', () => {
  const faults = faultsOf({
    FAIRLEAD_HTTP_PROT: '80',
    FAIRLEAD_SFTP_PORT: '',
    FAIRLEAD_FILES_MAX_ROWS: 'many',
    FAIRLEAD_VENDOR_TIME_ZONE: 'Auckland',
    FAIRLEAD_VENDOR_HOLIDAYS: '2026-12-25,Boxing Day',
    FAIRLEAD_TIMERS_SENT_DAYS: '3,never',
  }).join('\n');
  for (const about of [
    /FAIRLEAD_HTTP_PROT: there is no such setting/,
    /sftp\.port: must be a port/,
    /files\.max_rows: must be a whole number/,
    /vendor\.time_zone: must be the name of a time zone/,
    /vendor\.holidays\.1: must be days such as/,
    /timers\.sent_days\.1: must be a whole number/,
  ])
    assert.match(faults, about);
});

test('a time zone is a name, as an offset knows no daylight saving', () => {
  for (const offset of ['+13:00', '-11', '+1300'])
    assert.deepEqual(faultsOf({ FAIRLEAD_VENDOR_TIME_ZONE: offset }), [
      'vendor.time_zone: must be the name of a time zone, such as Pacific/Auckland; an offset knows no daylight saving',
    ]);
  assert.deepEqual(faultsOf({ FAIRLEAD_VENDOR_TIME_ZONE: 'Australia/Sydney' }), []);
});

test('a secret is printed by nobody, and the whole cannot be changed', () => {
  const config = loadConfig({}, production);
  assert.doesNotMatch(
    [JSON.stringify(config), inspect(config, { depth: 9 }), String(config.database.url)].join(),
    /hidden/,
  );
  assert.equal(new URL(config.database.url.reveal()).password, 'hidden');
  assert.throws(() => Object.assign(config.http, { port: 1 }), TypeError);
});

test("the vendor's working day is as long as its hours say", () => {
  assert.equal(businessDayHours(loadConfig({}, {})), 8.5);
  assert.equal(
    businessDayHours(loadConfig({ vendor: { businessStart: '09:15', businessEnd: '17:00' } }, {})),
    7.75,
  );
});

test('working hours end after they begin', () => {
  for (const end of ['08:30', '08:29'])
    assert.match(
      faultsOf({ FAIRLEAD_VENDOR_BUSINESS_END: end }).join(),
      /vendor\.business_end: must be later/,
    );
  assert.deepEqual(faultsOf({ FAIRLEAD_VENDOR_BUSINESS_END: '08:31' }), []);
});

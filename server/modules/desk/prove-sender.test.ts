import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { type LookUp, proveSender } from './prove-sender.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** The name server of customer.nz, with SPF for one address. */
const names: LookUp = async (name, type) => {
  const records: Record<string, string> = {
    's1._domainkey.customer.nz': `v=DKIM1; k=rsa; p=${key}`,
    '_dmarc.customer.nz': 'v=DMARC1; p=reject',
    'customer.nz': 'v=spf1 ip4:192.0.2.7 -all',
  };
  const record = type === 'TXT' ? records[name] : undefined;
  if (record === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
  return [[record]];
};

const mail = [
  'From: Owner <owner@customer.nz>',
  'To: helpdesk@vendor.nz',
  'Subject: Estimate',
  'Date: Fri, 27 Nov 2026 09:00:00 +1300',
  'Message-ID: <1@customer.nz>',
  '',
  'Please wait.',
  '',
].join('\r\n');

/** The mail as its domain signs it, the body up to a length only when one is given. */
async function signed(maxBodyLength?: number): Promise<string> {
  const signature = {
    signingDomain: 'customer.nz',
    selector: 's1',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    algorithm: 'rsa-sha256',
    canonicalization: 'relaxed/relaxed',
    ...(maxBodyLength === undefined ? {} : { maxBodyLength }),
  };
  const { signatures } = await dkimSign(mail, { ...signature, signatureData: [signature] });
  return signatures + mail;
}

const prove = (raw: string, remoteAddress = '203.0.113.9') =>
  proveSender(Buffer.from(raw), { from: 'owner@customer.nz', remoteAddress, helo: 'mx.customer.nz' }, names);

test('a signature over the whole body proves the sender, one that words were added to does not', async () => {
  const whole = await signed();
  assert.equal(await prove(whole), 'pass');
  assert.equal(await prove(`${whole}Approved, PO 4711.\r\n`), 'fail');
  assert.equal(await prove(mail), 'fail');
});

test('a signature over the beginning of the body proves nothing of its words, whether some were added or not', async () => {
  const begun = await signed(12);
  assert.match(begun, /l=12/);
  assert.equal(await prove(`${begun}Approved, PO 4711.\r\n`), 'doubtful');
  assert.equal(await prove(await signed(14)), 'doubtful');
  assert.equal(await prove(begun, '192.0.2.7'), 'pass', 'sent by a server of the domain itself');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMailApart } from './read-apart.ts';

const head = 'From: Aroha <aroha@kowhai.example>\r\nMIME-Version: 1.0\r\n';

test('a mail that is made to keep its reader busy is given up, holds nobody up meanwhile, and the next one is read', async () => {
  const busy = Buffer.from(`${head}${'Content-Type: message/rfc822\r\n\r\n'.repeat(20_000)}\r\nhi`);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 10);
  await assert.rejects(readMailApart(busy, 'aroha@kowhai.example', 300), /took too long/);
  clearInterval(timer);
  assert.ok(turns >= 5, `others had ${turns} turns`);
  const mail = await readMailApart(Buffer.from(`${head}Subject: Kia ora\r\n\r\nhi`), 'aroha@kowhai.example');
  assert.deepEqual([mail.subject, mail.text, mail.from.name], ['Kia ora', 'hi\n', 'Aroha']);
});

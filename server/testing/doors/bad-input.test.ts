import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import ssh2 from 'ssh2';
import { startCustomerEndpoint } from '#testing/customer-endpoint.ts';
import { until } from '#testing/until.ts';
import { employeeFile } from '../../demonstration/robot/employee-file.ts';
import { employeeDocument } from '../../demonstration/robot/people.ts';
import { freshSshKey } from '../ssh-key.ts';
import { ackOf, badFiles, call, fileName, openSftp, type SftpClient } from './bad-files.ts';
import { ask, isProblem } from './bad-http.ts';
import { tryOldOneTimeLinks, tryOldSignInLinks, tryOldSignOffLinks } from './old-links.ts';
import { type Doors, openDoors, owner, takeStock } from './open-doors.ts';
import { sendRawMail, speakSmtp } from './raw-smtp.ts';
import { tablesWithTales, taleName, tellTales, valuesIn } from './telltale.ts';

const limitOfRows = 60;
const rejecting = ['transfer.received', 'transfer.rejected'];

describe('bad input through the doors of a real server', () => {
  let doors: Doors;
  let client: SftpClient;

  before(async () => {
    doors = await openDoors({ FAIRLEAD_FILES_MAX_ROWS: String(limitOfRows) });
    client = await openSftp(doors.sftp);
    const name = fileName('FULL');
    await client.put(`/in/employees/${name}`, Buffer.from(employeeFile(0, 20)));
    assert.equal((await ackOf(client, name)).status, 'accepted');
  });
  after(async () => {
    client?.end();
    await doors?.close();
  });

  test('bodies that are no good are answered as problems, and nothing is changed by them', async () => {
    const stock = await takeStock(doors);
    const { employeeNumber, employee } = employeeDocument(0);
    const path = `/v1/employees/KOW01/${employeeNumber}`;
    const json = { 'content-type': 'application/json', authorization: `Bearer ${doors.key}` };
    const put = (body: string | Buffer, headers: Record<string, string> = json) =>
      ask(doors.http, 'PUT', path, { body, headers });
    const whole = JSON.stringify(employee);
    isProblem(await put(whole.slice(0, -20)), 400, 'invalid-request', 'JSON cut off');
    isProblem(await put('{"person":'), 400, 'invalid-request', 'malformed JSON');
    isProblem(await put(''), 400, 'invalid-request', 'no body');
    isProblem(await put('[]'), 400, 'invalid-request', 'a list');
    isProblem(await put('null'), 400, 'invalid-request', 'null');
    isProblem(await put('"text"'), 400, 'invalid-request', 'a text');
    isProblem(await put('['.repeat(100_000)), 400, 'invalid-request', 'deep nesting');
    isProblem(await put(`{"__proto__":{"x":1},${whole.slice(1)}`), 400, 'invalid-request', '__proto__');
    isProblem(
      await put(whole, { ...json, 'content-type': 'text/xml' }),
      415,
      'unsupported-media-type',
      'XML',
    );
    const unknown = isProblem(
      await put(JSON.stringify({ ...employee, shoeSize: 44 })),
      400,
      'invalid-request',
      'unknown',
    );
    assert.match(JSON.stringify(unknown.errors), /shoeSize/);
    const wrong = { ...employee, person: { ...employee.person, legalFirstName: 17 }, payRates: 'many' };
    const types = isProblem(await put(JSON.stringify(wrong)), 400, 'invalid-request', 'wrong types');
    assert.deepEqual(types.errors?.map((one) => one.pointer).sort(), ['/payRates', '/person/legalFirstName']);
    const nul = { ...employee, person: { ...employee.person, legalFirstName: 'a\u0000b' } };
    const held = await put(JSON.stringify(nul));
    assert.ok(held.status === 400 || held.status === 422, `NUL in a name: ${held.status} ${held.text}`);
    isProblem(
      await put(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
      400,
      'invalid-request',
      'not UTF-8',
    );
    const half = JSON.stringify({ ...employee, person: { ...employee.person, legalFirstName: 'a\ud800b' } });
    isProblem(await put(half), 400, 'invalid-request', 'half a surrogate pair');
    const latin = { ...employee, person: { ...employee.person, legalFirstName: 'Renée' } };
    const bytes = Buffer.from(JSON.stringify(latin), 'latin1');
    const foreign = isProblem(await put(bytes), 400, 'invalid-request', 'a name in Latin-1');
    assert.match(String(foreign.detail), /UTF-8/);
    const cookie = { cookie: doors.portal.cookie(), origin: doors.http, 'content-type': 'application/json' };
    const onApi = (body: string) =>
      ask(doors.http, 'POST', `${doors.customer.sandbox}/endpoints`, { body, headers: cookie });
    isProblem(await onApi('{'), 400, 'invalid-request', 'malformed JSON on /api');
    isProblem(await onApi('{"label":1,"url":[],"more":true}'), 400, 'invalid-request', 'wrong types on /api');
    isProblem(
      await ask(doors.http, 'POST', `${doors.customer.sandbox}/endpoints`, {
        body: '{}',
        headers: { ...cookie, origin: 'https://evil.example' },
      }),
      403,
      'forbidden',
      'a change from another site',
    );
    assert.deepEqual(await takeStock(doors), stock);
  });

  test('a body of 20 MB is refused with 413, whether its length was told or not', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, 'a');
    const json = { 'content-type': 'application/json' };
    const bearer = { ...json, authorization: `Bearer ${doors.key}` };
    const cookie = { ...json, cookie: doors.portal.cookie() };
    for (const chunked of [false, true]) {
      const v1 = await ask(doors.http, 'PUT', '/v1/employees/KOW01/1', { body, headers: bearer, chunked });
      isProblem(v1, 413, 'too-large', `on /v1, chunked ${chunked}`);
      const api = await ask(doors.http, 'POST', `${doors.customer.sandbox}/endpoints`, {
        body,
        headers: cookie,
        chunked,
      });
      isProblem(api, 413, 'too-large', `on /api, chunked ${chunked}`);
      const open = await ask(doors.http, 'POST', '/api/auth/sign-in/magic-link', {
        body,
        headers: json,
        chunked,
      });
      isProblem(open, 413, 'too-large', `on a public route, chunked ${chunked}`);
    }
    const stranger = await ask(doors.http, 'PUT', '/v1/employees/KOW01/1', { body, headers: json });
    isProblem(stranger, 401, 'api-key-missing', 'from nobody');
    assert.equal((await doors.api.get('/v1/environment')).status, 200);
  });

  test('addresses that are no good are answered as problems', async () => {
    const bearer = { authorization: `Bearer ${doors.key}` };
    const get = (path: string) => ask(doors.http, 'GET', path, { headers: bearer });
    isProblem(await get('/v1/employees?limit=999999'), 400, 'invalid-request', 'limit');
    isProblem(await get('/v1/employees?cursor=nonsense'), 400, 'invalid-cursor', 'cursor');
    isProblem(await get('/v1/events?after=-1'), 400, 'invalid-request', 'after');
    isProblem(await get('/v1/events?after=999999999'), 400, 'events-cursor-ahead', 'ahead');
    isProblem(await get('/v1/employees/KOW01/%00'), 400, 'invalid-request', 'NUL in the address');
    isProblem(await get(`/v1/employees/KOW01/${'9'.repeat(300)}`), 400, 'invalid-request', 'a long number');
    isProblem(await get('/v1/employees/%zz'), 400, 'invalid-request', 'a faulty escape');
    isProblem(await get("/v1/employees/KOW01/'%20or%20true--"), 404, 'not-found', 'SQL');
    isProblem(await get('/v1/nothing'), 404, 'not-found', 'no route');
    for (const path of [
      '/v1/employees/%zz',
      '/api/../../etc/passwd',
      '/assets/..%2f..%2fpackage.json',
      '//etc/passwd',
    ]) {
      const answer = await get(path);
      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
      assert.doesNotMatch(answer.text, /root:|"dependencies"|\.ts:\d+/);
    }
  });

  test('every kind of bad file is acknowledged by its code, and no row of it is loaded', async () => {
    const stock = await takeStock(doors);
    const sent: { name: string; bad: (typeof badFiles)[number] }[] = [];
    for (const bad of badFiles) {
      const name = bad.name ?? fileName('FULL');
      await client.put(`/in/employees/${name}`, bad.bytes());
      sent.push({ name, bad });
    }
    for (const { name, bad } of sent) {
      const ack = await ackOf(client, name);
      assert.equal(ack.status, 'rejected', `${bad.what}: ${ack.text}`);
      assert.ok((ack.codes[bad.code] ?? 0) > 0, `${bad.what}: ${JSON.stringify(ack.codes)}`);
      assert.equal(ack.rows.accepted, 0, bad.what);
      assert.match(ack.errors, new RegExp(bad.code), bad.what);
    }
    const later = await takeStock(doors);
    assert.equal(later.employees, stock.employees);
    assert.equal(later.transfers, stock.transfers + badFiles.length);
    const fresh = later.events.slice(stock.events.length);
    assert.equal(fresh.filter((type) => type === 'transfer.rejected').length, badFiles.length);
    assert.deepEqual(
      fresh.filter((type) => !rejecting.includes(type)),
      [],
    );
  });

  test('a bad row is refused by line, column and code while the others are loaded once; the same file again is a duplicate', async () => {
    const stock = await takeStock(doors);
    const name = fileName('DELTA');
    const bytes = Buffer.from(
      employeeFile(0, 20, (row, i) => {
        row['position_title'] = 'Changed by file';
        if (i === 5) row['ird_number'] = '123456789';
      }),
    );
    await client.put(`/in/employees/${name}.part`, bytes);
    await call((done) => client.sftp.rename(`/in/employees/${name}.part`, `/in/employees/${name}`, done));
    const ack = await ackOf(client, name);
    assert.equal(ack.status, 'acceptedWithErrors', ack.text);
    assert.deepEqual([ack.rows.accepted, ack.rows.rejected], [19, 1]);
    assert.match(ack.errors, /ird_number/);
    assert.doesNotMatch(ack.errors, /123456789/, 'the error file repeats no restricted value');
    const loaded = await takeStock(doors);
    const all = (await doors.api.get('/v1/employees?limit=200&view=full')).text;
    assert.equal(all.match(/Changed by file/g)?.length, 19);
    const again = fileName('DELTA');
    await client.put(`/in/employees/${again}`, bytes);
    assert.equal((await ackOf(client, again)).status, 'duplicate');
    const later = await takeStock(doors);
    assert.equal(later.employees, loaded.employees);
    assert.deepEqual(later.events.slice(loaded.events.length), ['transfer.received', 'transfer.duplicate']);
    assert.equal(stock.count, later.count);
  });

  test('an SFTP client that wanders, breaks off or talks nonsense gets nowhere and harms nobody', async () => {
    const stock = await takeStock(doors);
    for (const path of [
      '../../etc/passwd',
      '/../../etc/passwd',
      '/in/../../../etc/passwd',
      '/in/employees/../../../etc/passwd',
    ])
      await assert.rejects(client.get(path), /no such file|permission|There is no/i, path);
    for (const path of ['../../../tmp/x', '/etc/cron.d/x', '/out/ack/x', '/x', '/in/employees/../../x'])
      await assert.rejects(client.put(path, Buffer.from('x')), path);
    await assert.rejects(call((done) => client.sftp.symlink('/etc/passwd', '/in/employees/link', done)));
    await breakOff(doors, '/in/employees/KOWHAI_EMP_DELTA_20261102T000000Z_001.csv');
    for (const bytes of nonsense) await talkNonsense(doors, bytes);
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(100_000, 0xff),
      Buffer.from('SSH-2.0-x\r\n\xff\xff\xff\xff'),
    ])
      await sendToPort(doors.sftp, bytes);
    const fresh = await openSftp(doors.sftp);
    assert.ok((await fresh.list('/in')).includes('employees'));
    fresh.end();
    assert.deepEqual(await client.list('/in/employees'), [], 'nothing half-sent is left over');
    assert.deepEqual(await takeStock(doors), stock);
  });

  test('a stranger gets into no account', async () => {
    const other = freshSshKey('other');
    await assert.rejects(openSftp({ ...doors.sftp, privateKey: other.private }), /authentication/i);
    await assert.rejects(openSftp({ ...doors.sftp, username: 'nobody-here' }), /authentication/i);
  });

  test('a mail of 50 MB is refused with 552, told before or not, and nothing of it is kept', async () => {
    const before = await inbox();
    const told = await speakSmtp(doors.smtp, [
      'EHLO customer.example',
      `MAIL FROM:<${owner.email}> SIZE=52428800`,
    ]);
    assert.match(told.at(-1) ?? '', /^552 /);
    const line = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(1_000));
    const head = [`From: ${owner.email}`, 'To: helpdesk@vendor.example', 'Subject: Big', '', ''].join('\r\n');
    const untilData = [
      'EHLO customer.example',
      `MAIL FROM:<${owner.email}>`,
      'RCPT TO:<helpdesk@vendor.example>',
      'DATA',
    ];
    const big = Array.from({ length: 52 }, () => line);
    const untold = await speakSmtp(doors.smtp, untilData, [head, ...big]);
    // Hangs up amid a mail: no fault of ours.
    await speakSmtp(doors.smtp, untilData);
    assert.match(untold.at(-1) ?? '', /^552 /);
    assert.match(
      (
        await speakSmtp(doors.smtp, ['EHLO x.example', 'MAIL FROM:<a@x.example>', 'RCPT TO:<root@localhost>'])
      ).at(-1) ?? '',
      /^550 /,
    );
    assert.deepEqual(await inbox(), before);
  });

  test('a mail without Message-ID is taken once; automatic replies and bounces make no ticket and get no answer', async () => {
    const before = await takeStock(doors);
    const out = await outboxSize();
    const bare = [
      `From: Ōriwa Owner <${owner.email}>`,
      'To: helpdesk@vendor.example',
      'Subject: No id',
      'Date: Tue, 24 Nov 2026 10:00:00 +1300',
      '',
      'Kia ora',
      '',
    ];
    assert.match(await sendRawMail(doors.smtp, owner.email, bare), /^250 /);
    assert.match(await sendRawMail(doors.smtp, owner.email, bare), /^250 /);
    const automatic = (more: string[]) => [
      `From: ${owner.email}`,
      'To: helpdesk@vendor.example',
      ...more,
      '',
      'I am away.',
      '',
    ];
    const mails: [string, string[]][] = [
      [
        owner.email,
        automatic(['Subject: Away', 'Message-ID: <a1@kowhai.example>', 'Auto-Submitted: auto-replied']),
      ],
      [
        owner.email,
        automatic([
          'Subject: Away',
          'Message-ID: <a2@kowhai.example>',
          'Precedence: bulk',
          'X-Auto-Response-Suppress: All',
        ]),
      ],
      [
        '',
        automatic(['Subject: Undelivered', 'Message-ID: <a3@kowhai.example>', 'Content-Type: text/plain']),
      ],
    ];
    for (const [from, lines] of mails) assert.match(await sendRawMail(doors.smtp, from, lines), /^250 /);
    assert.match(await sendRawMail(doors.smtp, owner.email, ['\u0000\u0001', 'no header at all']), /^250 /);
    const outcomes = await until(
      async () => {
        const rows = await doors.database<
          { outcome: string | null }[]
        >`select outcome from desk.inbox order by id`;
        const done = rows.length >= 6 && rows.every((row) => row.outcome !== null);
        return done ? rows.map((row) => row.outcome ?? '') : undefined;
      },
      { what: 'all mails are dealt with', deadlineMs: 20_000 },
    );
    assert.deepEqual(outcomes.slice(2, 5), ['automatic', 'automatic', 'bounce']);
    const [dropped, kept = ''] = outcomes.slice(0, 2).sort();
    assert.equal(dropped, 'duplicate', 'whichever of the two was read first');
    assert.ok(['ticket-created', 'held'].includes(kept), kept);
    const made = outcomes.filter((outcome) => outcome === 'ticket-created').length;
    const tickets = (await takeStock(doors)).tickets - before.tickets;
    assert.equal(tickets, made);
    assert.ok((await outboxSize()) - out <= made, 'no automatic mail was answered');
  });

  test('links that are old, used or made up open nothing', async () => {
    await tryOldSignInLinks(doors);
    await tryOldOneTimeLinks(doors);
    await tryOldSignOffLinks(doors);
  });

  test('private values reach the records and nothing else: no log, event, job, audit row, mail or webhook', async () => {
    const endpoint = await startCustomerEndpoint();
    try {
      await tellTales(doors, client, endpoint);
      const places = await tablesWithTales(doors.database);
      assert.deepEqual(
        Object.keys(places).sort(),
        Object.keys(mayHoldTales).sort(),
        JSON.stringify(places, undefined, 1),
      );
      const metrics = await ask(doors.http, 'GET', '/metrics');
      assert.match(metrics.text, /fairlead_http_request_seconds/);
      for (const told of [doors.words(), metrics.text]) {
        assert.deepEqual(valuesIn(told), []);
        assert.ok(!told.includes(taleName), 'a name is told');
      }
      const [kept] = await doors.database`select from payroll.person_details where last_name = ${taleName}`;
      assert.ok(kept, 'the records hold the name');
      for (const { body, headers } of endpoint.got)
        assert.deepEqual(valuesIn(body + JSON.stringify(headers)), []);
    } finally {
      await endpoint.close();
    }
  });

  test('the server went on all the while, and its log tells no stack of a fault of ours', () => {
    const faults = doors
      .words()
      .split('\n')
      .filter((line) => /"level":(50|60)|failed unexpectedly|UnhandledPromise/.test(line));
    assert.deepEqual(faults, []);
    assert.match(doors.words(), /"role":"sftp"/, 'the log of every process is looked at');
  });

  async function inbox(): Promise<number> {
    const [row] = await doors.database<{ mails: number }[]>`select count(*)::int as mails from desk.inbox`;
    return row?.mails ?? 0;
  }

  async function outboxSize(): Promise<number> {
    const [row] = await doors.database<{ mails: number }[]>`select count(*)::int as mails from mail.outbox`;
    return row?.mails ?? 0;
  }
});

/** Where private values belong. */
const mayHoldTales: Record<string, string> = {
  'payroll.bank_account_sets': 'the record',
  'payroll.held_bank_changes': 'waits for a second person',
  'payroll.pay_rates': 'the record',
  'payroll.person_details': 'the record',
  'payroll.tax_nz': 'the record',
  'webhooks.inbound': 'the bytes as the customer signed them, to be applied and looked at again',
};

/** What is no SFTP: a length beyond all limits, an empty packet, an unknown type, a request before init, a cut-off one. */
const nonsense = [
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0x01]),
  Buffer.from([0, 0, 0, 0]),
  Buffer.from([0, 0, 0, 5, 250, 0, 0, 0, 1]),
  Buffer.from([0, 0, 0, 9, 3, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]),
  Buffer.concat([
    Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]),
    Buffer.from([0, 0, 0, 9, 3, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]),
  ]),
  Buffer.from('GET / HTTP/1.1\r\n\r\n'),
];

/** Opens the subsystem, sends bytes that are no request, and waits until the door has closed or answered. */
function talkNonsense(doors: Doors, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () =>
      client.subsys('sftp', (error, channel) => {
        if (error) return reject(error);
        const done = () => {
          client.end();
          resolve();
        };
        channel.on('data', done).on('close', done);
        channel.write(bytes);
        channel.end();
      }),
    );
    client.connect(doors.sftp);
  });
}

/** Begins an upload, writes a part of it, and pulls the plug. */
async function breakOff(doors: Doors, path: string): Promise<void> {
  const { client, sftp } = await openSftp(doors.sftp);
  const handle = await call<Buffer>((done) => sftp.open(path, 'w', done));
  await call((done) => sftp.write(handle, Buffer.alloc(30_000, 'x'), 0, 30_000, 0, done));
  await new Promise<void>((resolve) => {
    client.on('error', () => {}).on('close', () => resolve());
    client.destroy();
  });
}

function sendToPort({ host, port }: { host: string; port: number }, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(bytes, () => socket.end()));
    socket.setTimeout(10_000, () => reject(new Error('the door held a connection that talks nonsense')));
    socket
      .on('error', () => resolve())
      .on('close', () => resolve())
      .resume();
  });
}

import assert from 'node:assert/strict';
import type { JsonAnswer } from '../call.ts';
import { doneOrBefore, environmentPath, type Journey, madeOrThere, passed, type Step } from '../step.ts';
import { auditTrack, ensureCompany, signInToPortal } from './web-api-steps.ts';

const folder = 'employees';

/** The customer's SFTP account and exchange in an environment, ready to use; made where they are missing. */
export async function ensureExchange(
  journey: Journey,
  environment: 'sandbox' | 'production',
): Promise<{ user: string; exchange: JsonAnswer }> {
  const base = `${environmentPath(journey, environment)}/files`;
  const { manager } = journey.staff;
  await ensureCompany(journey, environment);
  await signInToPortal(journey, 'developer');
  let [account] = (await manager.get(`${base}/accounts`)).json.items;
  account ??= (await manager.post(`${base}/accounts`, {})).json;
  const { publicKey } = await journey.robot.do('make-ssh-key');
  if (account.keys.length === 0)
    await journey.robot.do('portal-act', {
      who: 'developer',
      path: `${base}/accounts/${account.id}/keys`,
      body: { publicKey },
      expect: madeOrThere,
    });
  let exchange = (await manager.get(`${base}/exchanges`)).json.items.find(
    (one: JsonAnswer) => one.code === folder,
  );
  exchange ??= (await manager.post(`${base}/exchanges`, { code: folder })).json;
  if (exchange.agreedAt === null)
    exchange = await journey.robot.do('portal-act', {
      who: 'developer',
      path: `${base}/exchanges/${exchange.id}/agree`,
      body: { seen: exchange.terms },
    });
  const sheet = (await manager.get(`${base}/sheet`)).json;
  await journey.robot.do('trust-host', {
    hostKeys: sheet.hostKeys.map((key: JsonAnswer) => key.publicKey.split(' ').slice(0, 2).join(' ')),
  });
  return { user: account.userName, exchange };
}

async function putFile(journey: Journey, user: string, kind: string, count: number): Promise<void> {
  const answer = await journey.robot.do('put-employees', {
    environment: 'sandbox',
    user,
    folder,
    kind,
    count,
  });
  if (kind === 'full') await approveHeld(journey);
  journey.note(`${answer.name}: ${answer.ack.status}, ${answer.errors} findings in the error file`);
}

/** A full file that holds fewer people than payroll knows waits for a person; the customer's other test people are why. */
async function approveHeld(journey: Journey): Promise<void> {
  const base = `${environmentPath(journey, 'sandbox')}/files/transfers`;
  const { manager } = journey.staff;
  for (const transfer of (await manager.get(`${base}?state=held`)).json.items)
    await manager.post(
      `${base}/${transfer.id}/approve`,
      {
        reason: 'The missing ones are test people of the Web API.',
        sha256: transfer.sha256,
      },
      { expect: doneOrBefore },
    );
}

/** F1 to F4 in the sandbox. */
export const fileSteps: Step[] = [
  {
    id: 'F1',
    title: 'SFTP credentials and the standard file format; first login seen',
    done: (journey) => ['F1.key', 'F1.format', 'F1.login'].every((gate) => passed(journey, gate)),
    act: async (journey) => {
      const { user } = await ensureExchange(journey, 'sandbox');
      await journey.robot.do('portal-act', {
        who: 'developer',
        path: `${environmentPath(journey, 'sandbox')}/files/formats/EMP/1/acknowledge`,
      });
      const { client } = await journey.robot.do('log-in', { user });
      journey.note(`logged in with ${client}`);
    },
  },
  {
    id: 'F2',
    title: 'Secure file exchange: agreed, a probe file each way with equal checksums',
    done: (journey) => ['F2.agreed', 'F2.probe-in', 'F2.probe-out'].every((gate) => passed(journey, gate)),
    act: async (journey) => {
      const { user, exchange } = await ensureExchange(journey, 'sandbox');
      for (const probe of exchange.probes.filter((one: JsonAnswer) => one.probedAt === null))
        if (probe.direction === 'in')
          await journey.robot.do('put-probe', { user, path: probe.path, content: probe.content });
        else await journey.robot.do('fetch-file', { user, path: probe.path, sha256: probe.sha256 });
      const { refused } = await journey.robot.do('wander-off', { user });
      assert.ok(refused, 'the SFTP door gave out a file of the machine');
    },
  },
  {
    id: 'F3',
    title: 'Data audit of the file track',
    done: (journey) => passed(journey, 'F3.extract') && passed(journey, 'F3.audit'),
    act: async (journey) => {
      const { user } = await ensureExchange(journey, 'sandbox');
      await auditTrack(journey, 'file-transfer', async (extract, path) => {
        const placed = (await journey.staff.manager.post(`${path}/place`)).json;
        await journey.robot.do('fetch-file', { user, path: placed.path, sha256: extract.sha256 });
      });
    },
  },
  {
    id: 'F4',
    title: 'Test files: a bad and a duplicate one answered, then valid ones in a row',
    withinSeconds: 180,
    done: (journey) => ['F4.bad', 'F4.duplicate', 'F4.files'].every((gate) => passed(journey, gate)),
    act: async (journey) => {
      const { user } = await ensureExchange(journey, 'sandbox');
      const count = Math.min(25, journey.options.employees);
      if (!passed(journey, 'F4.bad')) {
        await putFile(journey, user, 'full', count);
        await putFile(journey, user, 'bad', count);
      }
      if (!passed(journey, 'F4.files'))
        for (let i = 0; i < 3; i++) await putFile(journey, user, 'delta', count);
      if (!passed(journey, 'F4.duplicate')) await putFile(journey, user, 'duplicate', count);
    },
  },
];

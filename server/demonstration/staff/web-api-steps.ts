import assert from 'node:assert/strict';
import type { JsonAnswer } from '../call.ts';
import { developer, owner } from '../cast.ts';
import { awaitMail, linkIn } from '../mailbox.ts';
import { companyCode } from '../robot/people.ts';
import { environmentPath, integrationPath, type Journey, madeOrThere, passed, type Step } from '../step.ts';

/** Signs one of the customer's people in to the portal with the link from their mail. */
export async function signInToPortal(journey: Journey, who: 'owner' | 'developer'): Promise<void> {
  if (await journey.robot.do('is-signed-in', { who })) return;
  const { email } = who === 'owner' ? owner : developer;
  const asked = Temporal.Now.instant().subtract({ seconds: 2 }).toString();
  await journey.robot.do('ask-sign-in', { email });
  const mail = await awaitMail(journey.staff.administrator, email, 'sign-in', asked);
  await journey.robot.do('sign-in', { who, link: linkIn(mail.text) });
}

/** Waits until the key that was mailed to the developer is in the robot's hands. */
export async function collectKey(
  journey: Journey,
  environment: 'sandbox' | 'production',
  after = '',
): Promise<void> {
  if (await journey.robot.do('has-key', { environment })) return;
  const mail = await awaitMail(journey.staff.administrator, developer.email, 'api-key-link', after);
  await journey.robot.do('reveal-key', { environment, link: linkIn(mail.text) });
}

/** Makes the legal employer that the customer's records belong to, in an environment. */
export async function ensureCompany(journey: Journey, environment: 'sandbox' | 'production'): Promise<void> {
  await journey.staff.manager.post(
    `${environmentPath(journey, environment)}/companies`,
    { code: companyCode, name: 'Kōwhai Orchards Limited (demonstration)', timeZone: 'Pacific/Auckland' },
    { expect: madeOrThere },
  );
}

/** The extract of a track's environment, ready; made when there is none. */
async function extractOf(journey: Journey): Promise<JsonAnswer> {
  const path = `${environmentPath(journey, 'sandbox')}/extracts`;
  const { manager } = journey.staff;
  let [extract] = (await manager.get(path)).json.items;
  extract ??= (
    await manager.post(path, {
      restricted: 'full',
      reason: 'The customer audits IRD numbers and bank accounts too.',
      integration: journey.integration.id,
    })
  ).json;
  const deadline = Date.now() + 30_000;
  while (extract.state === 'making') {
    if (Date.now() > deadline) throw new Error('the extract is not ready');
    await new Promise((resolve) => setTimeout(resolve, 150));
    extract = (await manager.get(`${path}/${extract.id}`)).json;
  }
  return extract;
}

/** Has the customer get the extract the track's own way and compare its own file, then correct or explain every difference. */
export async function auditTrack(
  journey: Journey,
  track: 'web-api' | 'file-transfer',
  give: (extract: JsonAnswer, path: string) => Promise<void>,
): Promise<void> {
  await signInToPortal(journey, 'developer');
  const base = environmentPath(journey, 'sandbox');
  const { manager } = journey.staff;
  const extract = await extractOf(journey);
  if (!passed(journey, track === 'web-api' ? 'W4.extract' : 'F3.extract'))
    await give(extract, `${base}/extracts/${extract.id}`);
  const audits = async () =>
    (await manager.get(`${base}/audits`)).json.items.filter((one: JsonAnswer) => one.track === track);
  let [audit] = await audits();
  audit ??= await journey.robot.do('upload-audit', { base, track, integration: journey.integration.id });
  const deadline = Date.now() + 30_000;
  while (audit.state === 'comparing') {
    if (Date.now() > deadline) throw new Error('the comparison takes too long');
    await new Promise((resolve) => setTimeout(resolve, 150));
    [audit] = await audits();
  }
  if (audit.state === 'closed') return;
  assert.equal(audit.state, 'open', `the customer's file was ${audit.state}`);
  const { accepted, corrected } = await journey.robot.do('settle-audit', { base, track, audit: audit.id });
  assert.deepEqual(
    { corrected, accepted },
    { corrected: 1, accepted: 1 },
    'not the differences that were planned',
  );
  journey.note(`${corrected} difference corrected by a PUT, ${accepted} accepted with a reason`);
}

async function mailExtract(journey: Journey, extract: JsonAnswer, path: string): Promise<void> {
  const { manager, administrator } = journey.staff;
  const asked = Temporal.Now.instant().subtract({ seconds: 2 }).toString();
  await manager.post(`${path}/link`, { sendLinkTo: developer.email });
  const mail = await awaitMail(administrator, developer.email, 'extract-link', asked);
  await journey.robot.do('fetch-extract', { link: linkIn(mail.text), sha256: extract.sha256 });
}

/** W1 to W5 in the sandbox. */
export const webApiSteps: Step[] = [
  {
    id: 'W1',
    title: 'API keys: asked for, shown once behind a button, first call seen',
    done: (journey) => ['W1.asked', 'W1.revealed', 'W1.first-call'].every((gate) => passed(journey, gate)),
    act: async (journey) => {
      const base = environmentPath(journey, 'sandbox');
      await ensureCompany(journey, 'sandbox');
      await signInToPortal(journey, 'developer');
      if (!(await journey.robot.do('has-key', { environment: 'sandbox' }))) {
        if (!passed(journey, 'W1.asked'))
          await journey.robot.do('portal-act', {
            who: 'developer',
            path: `${base}/key-requests`,
            body: {
              label: 'HR system',
              purpose: 'Employees from the HR system',
              scopes: [
                'environment:read',
                'employees:read',
                'employees:write',
                'events:read',
                'personal:read',
                'pay:read',
              ],
              integration: journey.integration.id,
            },
          });
        const { manager } = journey.staff;
        const open = (await manager.get(`${base}/key-requests?status=open`)).json.items;
        for (const request of open)
          await manager.post(`${base}/key-requests/${request.id}/issue`, {}, { expect: madeOrThere });
        await collectKey(journey, 'sandbox');
      }
      await journey.robot.do('first-call', { environment: 'sandbox' });
      const forged = await journey.robot.do('forged-keys');
      journey.note(`forged keys were answered ${forged.join(', ')}`);
    },
  },
  {
    id: 'W2 out',
    title: 'Webhooks to the customer: a valid message taken, a forged and a stale one refused',
    done: (journey) => ['W2.outbound-accepted', 'W2.outbound-refused'].every((gate) => passed(journey, gate)),
    act: async (journey) => {
      const base = environmentPath(journey, 'sandbox');
      await signInToPortal(journey, 'developer');
      await journey.robot.do('create-endpoint', { base });
      const { valid, forged, stale } = await journey.robot.do('verify-endpoint', { base });
      assert.deepEqual(
        [valid.status, forged.status, stale.status],
        [204, 401, 401],
        'signatures are not right',
      );
      journey.note(`valid ${valid.status}, forged ${forged.status}, stale ${stale.status}`);
    },
  },
  {
    id: 'W2 in',
    title: 'Webhooks from the customer: a signed message applied, forged and replayed ones refused',
    done: (journey) =>
      ['W2.inbound-accepted', 'W2.inbound-forged', 'W2.inbound-replayed'].every((gate) =>
        passed(journey, gate),
      ),
    act: async (journey) => {
      await signInToPortal(journey, 'developer');
      await journey.robot.do('create-receiver', { base: environmentPath(journey, 'sandbox') });
      const answers = await journey.robot.do('post-messages');
      journey.note(
        Object.entries(answers)
          .map(([name, status]) => `${name} ${status}`)
          .join(', '),
      );
    },
  },
  {
    id: 'W3',
    title: 'Calls seen that cover the operations needed',
    done: (journey) => passed(journey, 'W3.operations'),
    act: (journey) =>
      journey.robot.do('cover-operations', { count: Math.min(20, journey.options.employees) }),
  },
  {
    id: 'W4',
    title: 'Data audit: the extract fetched, every difference explained',
    done: (journey) => passed(journey, 'W4.extract') && passed(journey, 'W4.audit'),
    act: (journey) => auditTrack(journey, 'web-api', (extract, path) => mailExtract(journey, extract, path)),
  },
  {
    id: 'W5',
    title: "Unit tests by the customer's word, end-to-end scenarios seen",
    done: async (journey) =>
      passed(journey, 'W5.unit') &&
      passed(journey, 'W5.end-to-end') &&
      (await journey.robot.do('webhooks-seen')).distinct >= 1,
    act: async (journey) => {
      await signInToPortal(journey, 'owner');
      await signInToPortal(journey, 'developer');
      if (!passed(journey, 'W5.unit'))
        await journey.robot.do('portal-act', {
          who: 'developer',
          path: `${integrationPath(journey)}/actions/confirm-gate`,
          body: { gate: 'W5.unit', statement: 'All unit tests of our HR system passed.' },
        });
      await journey.robot.do('create-endpoint', { base: environmentPath(journey, 'sandbox') });
      const played = await journey.robot.do('play-scenarios');
      const { distinct } = await journey.robot.do('webhooks-seen');
      journey.note(`${played.events} events in the feed without a hole, ${distinct} of them came by webhook`);
    },
  },
];

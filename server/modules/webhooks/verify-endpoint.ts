import type { Verification } from '#contract/webhooks.ts';
import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import type { Actor } from '#platform/actor.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { isSuccess, sendSigned, type Target } from './attempt-delivery.ts';
import { liveSecrets } from './endpoint.ts';
import { listEndpoints, setVerification } from './endpoint-store.ts';
import { testPayload } from './payload.ts';
import { problems } from './problems.ts';
import type { LaneOf } from './record-outcomes.ts';
import { createSender, type Sender, type SendResult } from './send-request.ts';
import { makeSecret, toleranceSeconds } from './signature.ts';

const staleSeconds = 10 * toleranceSeconds;

/**
 * Tries an endpoint with one valid, one forged and one stale message (all of the type webhook.test) and expects 2xx,
 * 4xx and 4xx. When it does, `endpoint.verified` enters the log; else the report says what to mend. Takes as long as
 * the endpoint, at most the time-out.
 */
export async function verifyEndpoint(platform: Platform, of: LaneOf, actor: Actor): Promise<Verification> {
  const { target, fingerprint, body } = await prepare(platform, of);
  const sender = createSender(platform.config.webhooks);
  const results = await probe(sender, target, body).finally(() => sender.close());
  const verification = judge(results, fingerprint, platform.clock.now());
  await transact(platform, of, actor, async (work) => {
    await setVerification(work.sql, of.environmentId, of.endpointId, verification);
    const endpointId = showId('whe', of.endpointId);
    work.audit({ action: 'endpoint.verify', subject: endpointId, detail: { passed: verification.passed } });
    if (!verification.passed) return;
    work.emit(of.environmentId, {
      type: 'endpoint.verified',
      subject: { endpointId },
      data: {
        endpointId,
        direction: 'outbound',
        valid: verification.valid.status,
        forged: verification.forged.status,
        stale: verification.stale.status,
        fingerprint,
      },
    });
  });
  return verification;
}

async function prepare(platform: Platform, of: LaneOf) {
  return read(platform, of, async (sql) => {
    const [endpoint] = await listEndpoints(sql, of.environmentId, { id: of.endpointId, bare: true });
    const customer = await getCustomer(sql, of.customerId);
    const environment = await getEnvironment(sql, of.environmentId);
    if (endpoint === undefined || customer === undefined || environment === undefined) throw notFound();
    const now = platform.clock.now();
    const secrets = liveSecrets(platform.config, endpoint, now);
    if (secrets.length === 0) throw problems['secret-not-shown']();
    const target: Target = {
      url: endpoint.url,
      secrets,
      secureOnly: environment.kind === 'production',
      customerCode: customer.code,
    };
    const body = (messageId: string) =>
      JSON.stringify(
        testPayload({
          customerCode: customer.code,
          environment: environment.kind,
          includeValues: false,
          position: 0,
          messageId,
          at: now,
        }),
      );
    return { target, fingerprint: endpoint.fingerprint, body };
  });
}

type Results = Record<'valid' | 'forged' | 'stale', SendResult>;

async function probe(sender: Sender, target: Target, body: (messageId: string) => string): Promise<Results> {
  const send = (options: Parameters<typeof sendSigned>[4]) => {
    const id = uuidv7();
    return sendSigned(sender, target, showId('msg', id), body(id), options);
  };
  const [valid, forged, stale] = await Promise.all([
    send({}),
    send({ forgedWith: makeSecret() }),
    send({ timestamp: Math.floor(Date.now() / 1000) - staleSeconds }),
  ]);
  return { valid, forged, stale };
}

function judge(results: Results, fingerprint: string, at: Temporal.Instant): Verification {
  const refused = ({ status }: SendResult) => status !== null && status >= 400 && status < 500;
  const show = (result: SendResult, expected: string, passed: boolean) => ({
    expected,
    status: result.status,
    error: result.error,
    durationMs: result.durationMs,
    passed,
  });
  const valid = show(results.valid, '2xx', isSuccess(results.valid));
  const forged = show(results.forged, '4xx', refused(results.forged));
  const stale = show(results.stale, '4xx', refused(results.stale));
  const advice: string[] = [];
  if (results.valid.error !== null) advice.push(`The valid message did not arrive: ${results.valid.error}.`);
  else if (!valid.passed)
    advice.push(
      `The valid message was answered with ${results.valid.status}: answer 2xx within 15 seconds, and verify the raw bytes with the secret decoded from base64.`,
    );
  if (isSuccess(results.forged))
    advice.push(
      'The forged message was accepted: compare the signature before anything else, and answer 401.',
    );
  else if (!forged.passed) advice.push('The forged message must be answered with 4xx, such as 401.');
  if (isSuccess(results.stale))
    advice.push(
      `The stale message was accepted: refuse a webhook-timestamp more than ${toleranceSeconds} seconds away, and answer 401.`,
    );
  else if (!stale.passed) advice.push('The stale message must be answered with 4xx, such as 401.');
  return { at: at.toString(), passed: advice.length === 0, fingerprint, valid, forged, stale, advice };
}

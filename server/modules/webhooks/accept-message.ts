import { cleanTexts } from '#contract/text-tree.ts';
import { refuseLeakedKeys } from '#modules/credentials/index.ts';
import { systemActor } from '#platform/actor.ts';
import { sha256 } from '#platform/crypto.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { repeatedName } from '#platform/repeated-name.ts';
import { transact } from '#platform/transact.ts';
import { diagnoseSignature } from './diagnose-signature.ts';
import { findReceiver, type ReadyReceiver } from './find-receiver.ts';
import { hasInbound, storeInbound } from './inbound-store.ts';
import { noteSeen, remember, remembered } from './note-sighting.ts';
import { problems } from './problems.ts';
import { noteRefusal, type Sighting } from './receiver-store.ts';
import { type SignatureHeaders, type Verdict, verify } from './signature.ts';

/** A message as the door got it: the bytes themselves, not what they mean. */
export interface PostedMessage {
  token: string;
  headers: SignatureHeaders;
  /** Further headers worth keeping. */
  keptHeaders: Record<string, string>;
  body: Buffer;
  /** Where it came from. */
  address: string;
}

const refusalEveryMs = 500;
const refusedAt = new WeakMap<Platform, Map<string, number>>();
const mostRemembered = 10_000;

/**
 * Takes in a message: verified over its raw bytes, stored durably with its headers, and only then answered. The same
 * message again has the same receipt; the same id with another body is refused. Whatever is wrong with a signature has
 * one answer; the receiver's page names the likely cause.
 */
export async function acceptMessage(
  platform: Platform,
  message: PostedMessage,
): Promise<{ receipt: string; id: string; receivedAt: string }> {
  const receiver = await findReceiver(platform, message.token);
  if (receiver === undefined) throw notFound();
  const nowSeconds = Math.floor(Date.now() / 1000);
  const verdict = verify(receiver.secrets, message.headers, message.body, nowSeconds);
  if (!verdict.ok) {
    await noteRefused(platform, receiver, message, verdict, nowSeconds);
    throw problems['signature-refused']({ internal: verdict.reason });
  }
  const value = usableBody(message.body);
  const call = `POST /in/${showId('whr', receiver.id)}`;
  await refuseLeakedKeys(platform, { value, root: '', call, address: message.address });
  const actor = systemActor(`receiver:${showId('whr', receiver.id)}`);
  const stored = await transact(platform, receiver, actor, async (work) => {
    const outcome = await storeInbound(work.sql, {
      id: uuidv7(),
      customerId: receiver.customerId,
      environmentId: receiver.environmentId,
      receiverId: receiver.id,
      messageId: message.headers.id ?? '',
      body: message.body,
      bodyHash: sha256(message.body),
      headers: { ...message.keptHeaders, 'webhook-timestamp': message.headers.timestamp ?? '' },
      now: work.now,
    });
    const messageId = message.headers.id ?? '';
    if (outcome.outcome === 'new') await noteSeen(work, receiver, 'accepted', { messageId });
    if (outcome.outcome === 'same' && outcome.state === 'applied')
      await noteSeen(work, receiver, 'duplicate', { messageId });
    return outcome;
  });
  if (stored.outcome === 'conflict') throw problems['message-conflict']();
  remember(platform, receiver, 'accepted');
  if (stored.outcome === 'same' && stored.state === 'applied') remember(platform, receiver, 'duplicate');
  return {
    receipt: showId('msg', stored.id),
    id: message.headers.id ?? '',
    receivedAt: stored.receivedAt.toString(),
  };
}

/** Notes a refusal without letting a flood of them cost: the facts once per configuration, the cause twice a second. */
async function noteRefused(
  platform: Platform,
  receiver: ReadyReceiver,
  message: PostedMessage,
  verdict: Verdict & { ok: false },
  nowSeconds: number,
): Promise<void> {
  const sighting: Sighting | undefined =
    verdict.reason === 'wrong-signature'
      ? 'forged'
      : verdict.reason === 'out-of-window'
        ? 'replay'
        : undefined;
  const mayBeNew = sighting !== undefined && !remembered(platform, receiver, sighting);
  const times = refusedAt.get(platform) ?? new Map<string, number>();
  refusedAt.set(platform, times);
  const isDue = Date.now() - (times.get(receiver.id) ?? 0) >= refusalEveryMs;
  if (!mayBeNew && !isDue) return;
  if (times.size >= mostRemembered) times.clear();
  times.set(receiver.id, Date.now());
  const { causes } = diagnoseSignature({ ...receiver, ...message, nowSeconds });
  const [first = { cause: verdict.reason, advice: '' }] = causes;
  const actor = systemActor(`receiver:${showId('whr', receiver.id)}`);
  const isNew = await transact(platform, receiver, actor, async (work) => {
    await noteRefusal(work.sql, receiver.environmentId, receiver.id, { at: work.now.toString(), ...first });
    if (!mayBeNew) return false;
    // A clock that is wrong is not a replay: that is a message which was accepted, once more when it is too old.
    const wasAccepted = () => hasInbound(work.sql, receiver, message.headers.id ?? '', sha256(message.body));
    if (sighting === 'replay' && !(await wasAccepted())) return false;
    await noteSeen(work, receiver, sighting, {});
    return true;
  });
  if (isNew && sighting !== undefined) remember(platform, receiver, sighting);
}

/** Refuses what could never be applied: bytes that are no JSON object, and texts that break the rule for text. */
function usableBody(body: Buffer): object {
  const value = objectOf(body);
  if (value === undefined) throw problems['malformed-message']();
  const errors = cleanTexts(value, { root: '', use: 'prose' });
  if (errors.length > 0) throw problems['malformed-message']({ errors });
  return value;
}

function objectOf(body: Buffer): object | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const value: unknown = JSON.parse(text);
    if (repeatedName(text) !== undefined) return undefined;
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import { webhookVersion } from '#contract/webhooks.ts';
import { type Config, publicUrl } from '#platform/config.ts';
import { fingerprint } from '#platform/fingerprint.ts';
import type { SealedSecrets } from './endpoint.ts';

/** What may be posted to a receiver. */
export const messageTypes = ['employee.upsert'];
export const mostReceivers = 100;
/** Largest message that is taken in. */
export const mostBodyBytes = 262_144;

export interface Refusal {
  at: string;
  cause: string;
  advice: string;
}

/** An address of ours that a customer's system posts signed messages to. */
export interface Receiver extends SealedSecrets {
  id: string;
  customerId: string;
  environmentId: string;
  label: string;
  token: string;
  status: 'enabled' | 'disabled';
  secretHint: string | null;
  fingerprint: string;
  firstAcceptedAt: Temporal.Instant | null;
  forgedRefusedAt: Temporal.Instant | null;
  replayRefusedAt: Temporal.Instant | null;
  refusals: Refusal[];
  lastMessageAt: Temporal.Instant | null;
  waiting: number;
  dead: number;
  createdAt: Temporal.Instant;
  createdBy: string;
}

/** Names how a receiver reads messages, without its secret. */
export function receiverFingerprint(): string {
  return fingerprint({ scheme: 'standard-webhooks-v1', messageTypes, version: webhookVersion });
}

/** The address to post to. */
export function receiverUrl(config: Config, token: string): string {
  return `${publicUrl(config)}/in/${token}`;
}

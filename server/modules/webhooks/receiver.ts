import { webhookVersion } from '#contract/webhooks.ts';
import { type Config, publicUrl } from '#platform/config.ts';
import { fingerprint } from '#platform/fingerprint.ts';
import type { Row } from '#platform/row.ts';
import type { SealedSecrets } from './endpoint.ts';

/** What may be posted to a receiver. */
export const messageTypes = ['employee.upsert'];
/** Largest message that is taken in. */
export const mostBodyBytes = 262_144;

export interface Refusal {
  at: string;
  cause: string;
  advice: string;
}

/** An address of ours that a customer's system posts signed messages to. */
export interface Receiver
  extends SealedSecrets,
    Row<
      'webhooks.receivers',
      | 'id'
      | 'customer_id'
      | 'environment_id'
      | 'label'
      | 'token'
      | 'status'
      | 'secret'
      | 'secret_hint'
      | 'previous_secret'
      | 'previous_until'
      | 'fingerprint'
      | 'first_accepted_at'
      | 'forged_refused_at'
      | 'replay_refused_at'
      | 'duplicate_ignored_at'
      | 'created_at'
      | 'created_by'
    > {
  status: 'enabled' | 'disabled';
  refusals: Refusal[];
  lastMessageAt: Temporal.Instant | null;
  waiting: number;
  dead: number;
}

/** Names how a receiver reads messages, without its secret. */
export function receiverFingerprint(): string {
  return fingerprint({ scheme: 'standard-webhooks-v1', messageTypes, version: webhookVersion });
}

/** The address to post to. */
export function receiverUrl(config: Config, token: string): string {
  return `${publicUrl(config)}/in/${token}`;
}

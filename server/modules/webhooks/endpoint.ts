import { isIP } from 'node:net';
import type { EndpointStatus, pauseCauses, Verification, WebhookEventType } from '#contract/webhooks.ts';
import { webhookVersion } from '#contract/webhooks.ts';
import type { Config } from '#platform/config.ts';
import { open } from '#platform/crypto.ts';
import { fingerprint } from '#platform/fingerprint.ts';
import type { Row } from '#platform/row.ts';
import { addressRules } from './address-rules.ts';
import { problems } from './problems.ts';

export type PauseCause = (typeof pauseCauses)[number];

/** A secret at rest, and the one before it while both are live. */
export type SealedSecrets = Row<'webhooks.endpoints', 'secret' | 'previous_secret' | 'previous_until'>;

/** What of an endpoint decides how it is called; evidence is bound to its fingerprint, never to a secret. */
export interface EndpointSetup
  extends Row<'webhooks.endpoints', 'url' | 'event_types' | 'include_values' | 'skip_own_changes'> {
  eventTypes: WebhookEventType[];
}

/** A customer's target address for messages of one environment. */
export interface Endpoint
  extends EndpointSetup,
    SealedSecrets,
    Row<
      'webhooks.endpoints',
      | 'id'
      | 'customer_id'
      | 'environment_id'
      | 'label'
      | 'status'
      | 'pause_cause'
      | 'secret_hint'
      | 'fingerprint'
      | 'verification'
      | 'first_delivered_at'
      | 'last_delivered_at'
      | 'failing_since'
      | 'created_at'
      | 'created_by'
    > {
  status: EndpointStatus;
  pauseCause: PauseCause | null;
  /** Events after this sequence are delivered; null until its own creation was read in the log. */
  activeFrom: number | null;
  verification: Verification | null;
  waiting: number;
  oldestWaiting: Temporal.Instant | null;
}

/** Names an endpoint's configuration by its content, without label and secrets. */
export function endpointFingerprint(setup: EndpointSetup): string {
  return fingerprint({
    url: setup.url,
    eventTypes: [...setup.eventTypes].sort(),
    includeValues: setup.includeValues,
    skipOwnChanges: setup.skipOwnChanges,
    version: webhookVersion,
  });
}

/** The secrets that are live at a moment, the present one first; empty before the first was made. */
export function liveSecrets(config: Config, sealed: SealedSecrets, now: Temporal.Instant): string[] {
  const secrets: string[] = [];
  if (sealed.secret !== null) secrets.push(open(config, sealed.secret));
  if (isRolling(sealed, now) && sealed.previousSecret !== null)
    secrets.push(open(config, sealed.previousSecret));
  return secrets;
}

/** Whether a secret stands ready, and whether the one before it still works. */
export function secretState(sealed: SealedSecrets, now: Temporal.Instant): 'waiting' | 'active' | 'rolling' {
  if (sealed.secret === null) return 'waiting';
  return isRolling(sealed, now) ? 'rolling' : 'active';
}

function isRolling(sealed: SealedSecrets, now: Temporal.Instant): boolean {
  return sealed.previousUntil !== null && Temporal.Instant.compare(now, sealed.previousUntil) < 0;
}

/** Refuses an address that may not be called, as far as the text of it tells; names are looked up when sending. */
export function refuseTarget(
  config: Config,
  address: string,
  { customerCode, environment }: { customerCode: string; environment: string },
): void {
  const url = new URL(address);
  const rules = addressRules(config.webhooks.allowedPrivateAddresses, customerCode);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const literal = host === 'localhost' ? '127.0.0.1' : host;
  if (url.username !== '' || url.password !== '') throw problems['address-not-allowed']();
  if (isIP(literal) !== 0 && !rules.isAllowed(literal)) throw problems['address-not-allowed']();
  if (environment === 'production' && url.protocol !== 'https:' && !rules.isListed(literal))
    throw problems['https-only']();
}

import type {
  ApiKey,
  ApiKeyStatus,
  KeyRequest,
  SecretToRoll as SecretToRollView,
} from '#contract/credentials.ts';
import { showId, showIdOrNull } from '#platform/ids.ts';
import type { KeyRequestAcross, SecretToRoll, StoredKey } from './credential-store.ts';

/** A key as people see it; its state follows from its dates. */
export function showKey(key: StoredKey, now: Temporal.Instant): ApiKey {
  return {
    id: showId('key', key.id),
    label: key.label,
    environment: key.environmentKind,
    prefix: key.prefix,
    scopes: key.scopes,
    allowedAddresses: key.allowedAddresses,
    status: statusOf(key, now),
    contact: { name: key.contactName, email: key.contactEmail },
    issuedAt: key.issuedAt.toString(),
    issuedBy: key.issuedByName,
    linkExpiresAt: key.revealedAt === null ? (key.linkExpiresAt?.toString() ?? null) : null,
    revealedAt: key.revealedAt?.toString() ?? null,
    lastUsedAt: key.lastUsedAt?.toString() ?? null,
    expiresAt: key.expiresAt?.toString() ?? null,
    revokedAt: key.revokedAt?.toString() ?? null,
    revokeReason: key.revokeReason,
    leakedAt: key.leakedAt?.toString() ?? null,
    leakedIn: key.leakedIn,
    holderLeft: key.holderLeft,
    replacesKeyId: showIdOrNull('key', key.replacesId),
    integrationId: showIdOrNull('int', key.integrationId),
  };
}

/** A key's state: revoked and expired win; a replaced key works on until it expires. */
export function statusOf(
  key: Pick<
    StoredKey,
    'revokedAt' | 'expiresAt' | 'revealedAt' | 'replacedAt' | 'linkExpiresAt' | 'holderLeft'
  >,
  now: Temporal.Instant,
): ApiKeyStatus {
  if (key.revokedAt !== null) return 'revoked';
  if (key.expiresAt !== null && Temporal.Instant.compare(key.expiresAt, now) <= 0) return 'expired';
  if (key.replacedAt !== null) return 'rolled';
  if (key.revealedAt !== null) return 'active';
  if (key.holderLeft) return 'expired';
  const linkEnded = key.linkExpiresAt !== null && Temporal.Instant.compare(key.linkExpiresAt, now) <= 0;
  return linkEnded ? 'expired' : 'waiting';
}

/** A request for a key as people see it. */
export function showKeyRequest(request: KeyRequestAcross): KeyRequest {
  const { decidedBy, decidedByName } = request;
  return {
    id: showId('krq', request.id),
    customer: {
      id: showId('cus', request.customerId),
      code: request.customerCode,
      name: request.customerName,
    },
    environment: request.environmentKind,
    contact: { name: request.contactName, email: request.contactEmail },
    label: request.label,
    purpose: request.purpose,
    scopes: request.scopes,
    status: request.status,
    requestedAt: request.requestedAt.toString(),
    decidedAt: request.decidedAt?.toString() ?? null,
    decidedBy: decidedBy === null ? null : { id: showId('per', decidedBy), name: decidedByName ?? '' },
    declineReason: request.declineReason,
    keyId: showIdOrNull('key', request.keyId),
    integrationId: showIdOrNull('int', request.integrationId),
  };
}

/** A secret that has to be made anew, as staff see it. */
export function showSecretToRoll(secret: SecretToRoll): SecretToRollView {
  return {
    id: showId('lnk', secret.id),
    kind: secret.kind === 'api-key' ? 'api-key' : 'webhook-secret',
    title: secret.title,
    customer: { id: showId('cus', secret.customerId), code: secret.customerCode, name: secret.customerName },
    environment: secret.environmentKind,
    holder: secret.holder,
    shownAt: secret.revealedAt.toString(),
    keyId: showIdOrNull('key', secret.keyId),
  };
}

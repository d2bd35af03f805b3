import { uuidv7 } from '#platform/ids.ts';

/** The type and data of an event of an environment, as lower modules write it. */
type Evidence = [string, Record<string, unknown>?];

/** Both directions of webhooks proved. */
export const webhookEvidence: Evidence[] = [
  ['endpoint.verified', { endpointId: 'whe_1', valid: 204, forged: 401, stale: 401, fingerprint: 'e1' }],
  ['receiver.first_accepted', { receiverId: 'whr_1', messageId: 'msg_1', fingerprint: 'r1' }],
  ['receiver.forged_refused', { receiverId: 'whr_1', fingerprint: 'r1' }],
  ['receiver.replay_refused', { receiverId: 'whr_1', fingerprint: 'r1' }],
];
/** Credentials asked for, shown and used; every operation covered. */
export const apiEvidence: Evidence[] = [
  ['api_key.requested', { requestId: 'krq_1', contact: 'per_1' }],
  ['api_key.revealed', { keyId: 'key_1', prefix: 'fl_test_abcd' }],
  ['api.first_call', { operation: 'getEmployee', keyId: 'key_1' }],
  ...['putEmployee', 'getEmployee', 'listEmployees', 'listEvents'].map(
    (operation): [string, Record<string, unknown>] => [
      'api.operation_seen',
      { operation, keyId: 'key_1', status: 200, fingerprint: 'a1' },
    ],
  ),
];
/** An extract delivered and its audit closed. */
export const auditEvidence = (track: string): Evidence[] => [
  [
    'extract.delivered',
    {
      extractId: 'ext_1',
      sha256: 'ab'.repeat(32),
      rows: 10,
      via: track === 'file-transfer' ? 'sftp' : 'link',
    },
  ],
  ['data_audit.closed', { auditId: 'aud_1', track, accepted: 1, corrected: 2, open: 0 }],
];
/** One employee file applied. */
export const file = (
  exchangeId: string,
  fingerprint: string,
  rejected = 0,
): [string, Record<string, unknown>] => [
  'transfer.applied',
  { transferId: uuidv7(), exchangeId, rows: 5, accepted: 5 - rejected, rejected, fingerprint },
];
/** SFTP credentials, the exchange agreed, probes both ways. */
export const fileEvidence: Evidence[] = [
  ['sftp_key.registered', { fingerprintSha256: 'SHA256:abc' }],
  ['format.acknowledged', { format: 'EMP', version: 1 }],
  ['sftp.first_login', { accountId: 'sfa_1' }],
  ['exchange.agreed', { exchangeId: 'exc_1' }],
  ['exchange.probed', { exchangeId: 'exc_1', direction: 'in', sha256: 'aa', fingerprint: 'x1' }],
  ['exchange.probed', { exchangeId: 'exc_1', direction: 'out', sha256: 'aa', fingerprint: 'x1' }],
];

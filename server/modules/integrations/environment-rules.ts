import type { StepView } from '#contract/integrations.ts';
import { type Finding, numberOf, type Rule, type Seen, sourceOf, textOf } from './evidence.ts';
import { nextFile, recordOf, stepsBeforeLive, trackStepState } from './gates.ts';

const short = (text: string) => (text.length > 12 ? `${text.slice(0, 12)}…` : text);
const seen = (gate: string, sentence: string, key?: string): Finding =>
  key === undefined ? { finds: 'seen', gate, sentence } : { finds: 'seen', gate, sentence, key };

/** A rule for what happens in the sandbox only. */
const inSandbox =
  (rule: Rule): Rule =>
  (one) =>
    one.environment === 'sandbox' ? rule(one) : [];

/** Before these a use in production is not this integration's. */
const implementing: ReadonlySet<string> = new Set(['tracks', 'live', 'monitoring']);

/** A rule for the sandbox whose event, in production, is the first use there. */
const orFirstUse =
  (what: string, rule: Rule): Rule =>
  (one) =>
    one.environment === 'production'
      ? implementing.has(one.integration.state)
        ? [seen('W6.first-production', `First ${what} in production at ${one.time}.`)]
        : []
      : rule(one);

function verified({ event, time }: Seen): Finding[] {
  const status = (name: string) => numberOf(event, name) ?? 0;
  const good = (code: number) => code >= 200 && code < 300;
  const refused = (code: number) => code >= 400 && code < 500;
  const [valid, forged, stale] = [status('valid'), status('forged'), status('stale')];
  const to = `endpoint ${short(textOf(event, 'endpointId'))}`;
  return [
    good(valid)
      ? seen('W2.outbound-accepted', `Signed message accepted by ${to} with HTTP ${valid} at ${time}.`)
      : {
          finds: 'refused',
          gate: 'W2.outbound-accepted',
          sentence: `The valid message was answered with HTTP ${valid}; it has to be taken.`,
        },
    refused(forged) && refused(stale)
      ? seen(
          'W2.outbound-refused',
          `Forged message refused with HTTP ${forged}, stale one with HTTP ${stale} at ${time}.`,
        )
      : {
          finds: 'refused',
          gate: 'W2.outbound-refused',
          sentence: `The forged message was answered with HTTP ${forged}, the stale one with HTTP ${stale}; both have to be refused with 4xx.`,
        },
  ];
}

/** A sandbox file counts towards the files in a row; a production file is the use that makes the track live. */
function applied(one: Seen): Finding[] {
  const { event, environment, integration, time } = one;
  if (event.data['dryRun'] === true) return [];
  const rows = numberOf(event, 'rows') ?? numberOf(event, 'accepted') ?? 0;
  const rejected = numberOf(event, 'rejected') ?? 0;
  const accepted = numberOf(event, 'accepted') ?? rows - rejected;
  const file = `File of ${rows} rows`;
  if (environment === 'production')
    return accepted > 0 && mayBecomeLive(integration)
      ? [seen('F5.first-file', `${file} used in production at ${time}: ${accepted} rows applied.`)]
      : [];
  if (rejected > 0) return badFile(one, `${file}: ${rejected} rows refused at ${time}.`);
  // A file of no rows shows nothing of how rows are written.
  if (rows === 0) return [];
  const row = recordOf(integration, 'F4.files');
  const key = nextFile(textOf(event, 'exchangeId'), row, integration.filesInARow);
  return key === undefined ? [] : [seen('F4.files', `${file} applied without an error at ${time}.`, key)];
}

/** Only a file that comes after everything before live has passed is the use that makes the track live. */
function mayBecomeLive(integration: Seen['integration']): boolean {
  const open = (state: StepView['state']) => state === 'open' || state === 'stale';
  return (
    integration.state === 'tracks' &&
    !stepsBeforeLive(integration, 'file-transfer').some((step) => open(trackStepState(step, integration)))
  );
}

const badFile = ({ event }: Seen, sentence: string): Finding[] => [
  seen('F4.bad', sentence),
  {
    finds: 'reset',
    gate: 'F4.files',
    source: sourceOf(event)?.source,
    sentence: `${sentence} The count of valid files in a row begins again.`,
  },
];

function dayCounted({ event, environment, integration, dayOf }: Seen): Finding[] {
  if (environment !== 'production' || integration.live['web-api'] === undefined) return [];
  const day = textOf(event, 'day');
  if (day < dayOf(integration.live['web-api'])) return [];
  const counted = Object.values(integration.gates['W7.within-policy']?.pieces ?? {});
  const calls = numberOf(event, 'calls') ?? 0;
  const first =
    calls > 0 ? [seen('E15.first-day', `First day of production use counted: ${day}, ${calls} calls.`)] : [];
  if (event.data['within'] === false) {
    const sentence = `${day} was above the fair-use policy with ${calls} calls.`;
    return [
      ...first,
      { finds: 'reset', gate: 'W7.within-policy', sentence },
      { finds: 'refused', gate: 'W7.within-policy', sentence },
    ];
  }
  // A day that is counted again after a late file is still one day.
  if (counted.some((piece) => piece.details['day'] === day)) return first;
  const judged = event.data['observed'] === true ? 'observed: no figures are set' : 'within the policy';
  return [...first, seen('W7.within-policy', `${day}: ${calls} calls, ${judged}.`)];
}

/** The environments that a gate's evidence was seen in. */
function environmentsOf(integration: Seen['integration'], gate: string): Seen['environment'][] {
  const record = integration.gates[gate];
  if (record === undefined || record.stale !== undefined) return [];
  return Object.values(record.pieces).map((piece) => piece.environment);
}

const extractGate = (track: string) => (track === 'file-transfer' ? 'F3.extract' : 'W4.extract');
const auditGate = (track: string) => (track === 'file-transfer' ? 'F3.audit' : 'W4.audit');

/** What events of an environment say about gates, by type. */
export const environmentRules: Record<string, Rule> = {
  'api_key.requested': inSandbox(({ time }) => [
    seen('W1.asked', `A verified contact asked for credentials at ${time}.`),
  ]),
  'api_key.issued': ({ environment, event, integration, time }) => {
    if (environment === 'production')
      return implementing.has(integration.state)
        ? [seen('W6.credentials', `Production key ${textOf(event, 'prefix')} issued at ${time}.`)]
        : [];
    // Where the asking named no integration, or another, the answer still shows that somebody asked.
    return textOf(event, 'requestId') === ''
      ? []
      : [seen('W1.asked', `Credentials issued at ${time} to the verified contact who had asked.`)];
  },
  'api_key.revealed': inSandbox(({ event, time }) => [
    seen('W1.revealed', `Secret of key ${textOf(event, 'prefix')} shown once at ${time}.`),
  ]),
  'api.first_call': orFirstUse('call', ({ event, time }) => [
    seen('W1.first-call', `First call ${textOf(event, 'operation')} with the customer's key at ${time}.`),
  ]),
  'api.operation_seen': orFirstUse('call', ({ event, integration, time }) => {
    const operation = textOf(event, 'operation');
    return integration.operations.includes(operation)
      ? [
          seen(
            'W3.operations',
            `${operation} answered with ${textOf(event, 'status')} at ${time}.`,
            operation,
          ),
        ]
      : [];
  }),
  'endpoint.verified': inSandbox(verified),
  'endpoint.first_delivered': orFirstUse('message delivered', ({ event, time }) => [
    seen(
      'W2.outbound-accepted',
      `Signed message delivered to endpoint ${short(textOf(event, 'endpointId'))} at ${time}.`,
    ),
  ]),
  'receiver.first_accepted': orFirstUse('message received', ({ event, time }) => [
    seen(
      'W2.inbound-accepted',
      `Signed message verified on receiver ${short(textOf(event, 'receiverId'))} at ${time}.`,
    ),
  ]),
  'receiver.forged_refused': inSandbox(({ time }) => [
    seen('W2.inbound-forged', `Message with a wrong signature refused at ${time}.`),
  ]),
  'receiver.replay_refused': inSandbox(({ time }) => [
    seen(
      'W2.inbound-replayed',
      `A copy of an accepted message, more than five minutes old, refused at ${time}.`,
    ),
  ]),
  'receiver.duplicate_ignored': inSandbox(({ event, time }) => [
    seen(
      'W2.inbound-replayed',
      `Message ${short(textOf(event, 'messageId'))} came twice and was applied once, seen at ${time}.`,
    ),
  ]),
  'certification.completed': inSandbox(({ event, time }) => [
    seen(
      'W5.end-to-end',
      `${scenarios(event.data['scenarios'])} passed under configuration ${textOf(event, 'fingerprint')} at ${time}.`,
    ),
  ]),
  'sftp_key.registered': inSandbox(({ event, time }) => [
    seen('F1.key', `Key ${short(textOf(event, 'fingerprintSha256'))} registered at ${time}.`),
  ]),
  'format.acknowledged': inSandbox(({ event, time }) => [
    seen(
      'F1.format',
      `Format ${textOf(event, 'format')} version ${textOf(event, 'version')} acknowledged at ${time}.`,
    ),
  ]),
  'sftp.first_login': inSandbox(({ time }) => [seen('F1.login', `First login over SFTP at ${time}.`)]),
  'exchange.agreed': inSandbox(({ time }) => [
    seen('F2.agreed', `Naming, acknowledgement and schedule agreed at ${time}.`),
  ]),
  'exchange.probed': inSandbox(({ event, time }) => [
    textOf(event, 'direction') === 'out'
      ? seen(
          'F2.probe-out',
          `Probe file fetched with an equal checksum ${short(textOf(event, 'sha256'))} at ${time}.`,
        )
      : seen(
          'F2.probe-in',
          `Probe file received with an equal checksum ${short(textOf(event, 'sha256'))} at ${time}.`,
        ),
  ]),
  'transfer.applied': applied,
  'transfer.rejected': inSandbox((one) =>
    one.event.data['dryRun'] === true
      ? []
      : badFile(one, `File refused with ${codes(one.event.data['codes'])} at ${one.time}.`),
  ),
  'transfer.duplicate': inSandbox(({ time }) => [
    seen('F4.duplicate', `Duplicate file answered, and not applied again, at ${time}.`),
  ]),
  'extract.delivered': (delivered) => {
    const { event, environment, integration, time } = delivered;
    // Each track has its extract come its own way: one that was given to the other proves nothing here.
    const track = textOf(event, 'via') === 'sftp' ? 'file-transfer' : 'web-api';
    const gate = extractGate(track);
    const rows = numberOf(event, 'rows') ?? 0;
    const sentence = `Extract of ${rows} rows of the ${environment} environment delivered by ${textOf(event, 'via')} at ${time}, SHA-256 ${short(textOf(event, 'sha256'))}.`;
    if (rows === 0)
      return [
        {
          finds: 'refused',
          gate,
          sentence: `${sentence} It holds no employee, so there is nothing to audit.`,
        },
      ];
    const audited = environmentsOf(integration, auditGate(track));
    const elsewhere = audited.length > 0 && !audited.includes(environment);
    return [
      seen(gate, sentence),
      ...(elsewhere
        ? [
            {
              finds: 'withdrawn' as const,
              gate: auditGate(track),
              sentence: `${sentence} The audit was of the ${audited.join(' and ')} environment.`,
            },
          ]
        : []),
    ];
  },
  'data_audit.compared': ({ event, time }) => {
    const open = numberOf(event, 'open') ?? 0;
    if (open === 0) return [];
    const gate = auditGate(textOf(event, 'track'));
    const sentence = `Compared at ${time}: ${open === 1 ? '1 difference is' : `${open} differences are`} open.`;
    return [
      { finds: 'refused', gate, sentence },
      { finds: 'withdrawn', gate, sentence },
    ];
  },
  'data_audit.closed': ({ event, environment, integration, time }) => {
    const track = textOf(event, 'track');
    const gate = auditGate(track);
    const sentence = `No open difference in the ${environment} environment: ${textOf(event, 'accepted')} accepted with a reason, ${textOf(event, 'corrected')} corrected, at ${time}.`;
    const extracted = environmentsOf(integration, extractGate(track));
    if (extracted.length > 0 && !extracted.includes(environment))
      return [
        {
          finds: 'refused',
          gate,
          sentence: `${sentence} The extract was of the ${extracted.join(' and ')} environment: audit that one.`,
        },
      ];
    return [seen(gate, sentence)];
  },
  'fair_use.day_counted': dayCounted,
};

function codes(value: unknown): string {
  return Array.isArray(value) ? value.slice(0, 3).map(String).join(', ') : 'errors';
}

function scenarios(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} scenarios`;
  return typeof value === 'number' ? `${value} scenarios` : 'The scenarios';
}

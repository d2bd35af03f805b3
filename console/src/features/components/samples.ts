import type { GateEvidence, GateStatus, GateView, StepView } from '#contract/integrations.ts';
import type { Attempt } from '../../ui/attempt-log.tsx';
import type { FileError, FileStage } from '../../ui/file-timeline.tsx';
import type { HistoryItem } from '../../ui/history.tsx';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const evidence: GateEvidence = {
  type: 'receiver.first_accepted',
  at: minutesAgo(12),
  environment: 'sandbox',
  sequence: 412,
  fingerprint: '9f2c41d07ab3e655',
  sentence: 'Signed message accepted on receiver whr_0k3f…, forged one refused two seconds later.',
  details: { receiverId: 'whr_0k3f', messageId: 'msg_11', status: 202 },
};

function gate(status: GateStatus, title: string, sentence: string, more: Partial<GateView> = {}): GateView {
  const seen = status !== 'waiting';
  return {
    id: `sample.${status}`,
    title,
    status,
    required: true,
    whom: status === 'waiting' ? 'the customer' : '',
    sentence,
    pieces: seen ? [evidence] : [],
    missing: [],
    canConfirm: false,
    canWaive: false,
    ...more,
  };
}

/** A gate in each of its states; one that is new has no sample, and the types say so. */
const gateSamples: Record<GateStatus, GateView> = {
  waiting: gate('waiting', 'First authenticated call', 'The first call with the sandbox key is awaited.'),
  seen: gate('seen', 'Webhook verified', 'Signed message verified 14:02:11, forged one refused 14:02:13.'),
  confirmed: gate('confirmed', 'Unit tests', 'Declared done: 214 tests pass.', { by: 'Mere Tūhoe' }),
  stale: gate(
    'stale',
    'Operations covered',
    'Seen under another mapping. Make one call of each operation again.',
    { missing: ['List employees', 'Read the event feed'] },
  ),
  waived: gate('waived', 'Replay refused', 'Their test system cannot replay a message.', {
    by: 'Ishaan Manager',
  }),
  refused: gate('refused', 'Probe file', 'The checksum of the file collected differs from the one put out.'),
};
export const gates = Object.values(gateSamples);

/** A step in each of its states: before, at and after the present. */
const stepSamples: Record<StepView['state'], StepView> = {
  passed: step('W1', 'Credentials', 'passed', ['seen']),
  open: step('W2', 'Webhooks', 'open', ['waiting', 'seen'], true),
  stale: step('W3', 'Set-up with the API docs', 'stale', ['stale']),
  waived: step('W4', 'Data audit', 'waived', ['waived']),
  skipped: step('F3', 'Data audit', 'skipped', []),
  waiting: step('W5', 'Unit and end-to-end testing', 'waiting', ['waiting']),
};
export const steps = Object.values(stepSamples);
/** Far down the way: what was passed long ago, and the present one late. */
export const lateSteps: StepView[] = [
  ...['E1', 'E2', 'E3', 'E4', 'E5'].map((id) => step(id, `Step ${id}`, 'passed', ['seen'])),
  {
    ...step('E6', 'Work estimate prepared', 'open', ['refused'], true),
    timer: { dueAt: minutesAgo(90), sentence: 'Was due' },
    note: 'Goes back to the meeting when the scope changes.',
  },
];

function step(
  id: string,
  title: string,
  state: StepView['state'],
  use: GateStatus[],
  current = false,
): StepView {
  return {
    id,
    title,
    track: 'web-api',
    phase: 'development',
    state,
    current,
    owner: { role: 'developer', roleName: 'The customer', person: 'Devi Developer' },
    gates: use.map((status) => ({ ...gateSamples[status], id: `${id}.${status}` })),
    ...(current
      ? { ageBusinessHours: 21, timer: { dueAt: minutesAgo(-2900), sentence: 'Due in two days' } }
      : {}),
    ...(state === 'passed' ? { passedAt: minutesAgo(400) } : {}),
  };
}

export const historyItems: HistoryItem[] = [
  {
    key: '3',
    at: minutesAgo(12),
    kind: 'gate_seen',
    who: 'Fairlead',
    whoKind: 'system',
    sentence: 'saw the webhook verified',
    proof: evidence.sentence,
  },
  {
    key: '2',
    at: minutesAgo(95),
    kind: 'moved',
    who: 'Ishaan Manager',
    whoKind: 'person',
    sentence: 'started the tracks',
  },
  {
    key: '1',
    at: minutesAgo(1800),
    kind: 'call',
    who: 'HR system',
    whoKind: 'credential',
    sentence: 'made its first call',
  },
];

export const attempts: Attempt[] = [
  {
    id: '2',
    at: minutesAgo(1),
    status: '200',
    tone: 'positive',
    phases: [
      { name: 'connect', ms: 21 },
      { name: 'TLS', ms: 34 },
      { name: 'answer', ms: 140 },
    ],
    request: 'POST https://hr.customer.example/hooks\nwebhook-id: msg_11\n\n{"type":"employee.updated"}',
    response: '200 OK',
  },
  {
    id: '1',
    at: minutesAgo(6),
    status: 'timed out',
    tone: 'critical',
    phases: [
      { name: 'connect', ms: 25 },
      { name: 'TLS', ms: 41 },
      { name: 'answer', ms: 880 },
    ],
    request: 'POST https://hr.customer.example/hooks',
    response: '',
    note: 'No answer within 15 seconds. Tried again after 5 minutes.',
  },
];

export const stages: FileStage[] = [
  { name: 'Received', state: 'done', at: minutesAgo(4), detail: 'EMP_FULL_20261124.csv, 4.2 MB' },
  { name: 'Decrypted', state: 'skipped' },
  { name: 'Rows checked', state: 'done', at: minutesAgo(4), detail: '4,213 rows, 3 with errors' },
  { name: 'Applied', state: 'waiting' },
  { name: 'Answered', state: 'refused', detail: 'The folder /out is full.' },
];
/** A file that went all the way, and one that is on it. */
export const stagesDone: FileStage[] = stages.map(({ name, at = minutesAgo(4) }) => ({
  name,
  at,
  state: 'done',
}));
export const stagesWaiting: FileStage[] = stages.map(({ name }, index) => ({
  name,
  state: index === 0 ? 'done' : 'waiting',
  at: index === 0 ? minutesAgo(1) : null,
}));
export const fileErrors: FileError[] = [
  {
    line: 17,
    column: 'ird_number',
    code: 'EMP-1042',
    message: 'The check digit does not fit. Compare with the IRD letter.',
  },
  { line: 203, column: 'start_date', code: 'EMP-1007', message: 'Not a date. Write 2026-11-24.' },
];

export interface SampleRow {
  id: string;
  name: string;
  state: string;
  hours: number;
}
const names = ['Tōtara Example', 'Kōwhai Example', 'Rātā Example', 'Mānuka Example', 'Pōhutukawa Example'];
/** Rows for a table, as many as asked. */
export function sampleRows(count: number): SampleRow[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    name: `${names[index % names.length]} ${index + 1}`,
    state: ['Discovery', 'Estimate', 'Live'][index % 3] ?? '',
    hours: (index * 37) % 480,
  }));
}
export const longName =
  'Te Tauira o te Ingoa Roa Rawa me ōna Pohutō Katoa: an example with a name of ninety characters';

const days = [3, 5, 4, 9, 12, 8, 2, 1, 10, 14, 13, 18, 6, 3];
export const usageDays = days.map((value, index) => ({
  day: `2026-11-${String(index + 10).padStart(2, '0')}`,
  value: value * 120,
}));

import {
  type HistoryEntry,
  integrationStateNames,
  invitationAnswerNames,
  trackNames,
} from '#contract/integrations.ts';
import { roleNames } from '#contract/roles.ts';
import type { Fact, RecordedFact } from './facts.ts';
import type { Person } from './permits.ts';
import { gateOf } from './playbook.ts';
import type { Playbook } from './playbook-words.ts';
import { isShownTo, presentPiece } from './present-gate.ts';

/** What only the vendor's people see of a history. */
const vendorOnly: ReadonlySet<Fact['kind']> = new Set([
  'discovery_recorded',
  'asked',
  'answered',
  'more_asked',
  'estimate_requested',
  'meeting_recorded',
  'project_recorded',
  'scope_decided',
  'assigned',
  'escalated',
  'flagged',
  'diverged',
  'configured',
  'gate_waived',
]);

/** The history as the viewer may read it; entries that say nothing to people are left out. */
export function presentHistory(history: RecordedFact[], playbook: Playbook, viewer: Person): HistoryEntry[] {
  return history
    .filter(({ fact }) => fact.kind !== 'configured')
    .filter(({ fact }) => viewer.customerId === null || !isHidden(fact, playbook, viewer))
    .map((recorded) => presentFact(recorded, playbook, viewer));
}

function isHidden(fact: Fact, playbook: Playbook, viewer: Person): boolean {
  if (vendorOnly.has(fact.kind)) return true;
  if (fact.kind === 'linked') return fact.what !== 'estimate';
  return 'gate' in fact && !isShownTo(gateOf(playbook, fact.gate), viewer);
}

/** Reasons are the vendor's own. */
function withoutReasons(fact: Fact): Fact {
  if (fact.kind === 'held' || fact.kind === 'reassigned' || fact.kind === 'track_reopened')
    return { ...fact, reason: '' };
  if (fact.kind === 'moved') return { kind: 'moved', row: fact.row, from: fact.from, to: fact.to };
  return fact.kind === 'resumed' ? { ...fact, note: '' } : fact;
}

function presentFact(
  { sequence, at, actor, fact }: RecordedFact,
  playbook: Playbook,
  viewer: Person,
): HistoryEntry {
  const piece = 'piece' in fact ? fact.piece : undefined;
  const step = stepOf(fact, playbook);
  return {
    sequence,
    at,
    kind: fact.kind,
    who: actor.name,
    whoKind: actor.kind,
    sentence: sentenceOf(viewer.customerId === null ? fact : withoutReasons(fact), playbook),
    ...(step === undefined ? {} : { step }),
    ...('gate' in fact ? { gate: fact.gate } : {}),
    ...('from' in fact ? { from: fact.from, to: fact.to } : {}),
    ...(piece === undefined ? {} : { evidence: presentPiece(piece, viewer) }),
  };
}

function stepOf(fact: Fact, playbook: Playbook): string | undefined {
  if ('row' in fact) return fact.row;
  if (!('gate' in fact)) return undefined;
  const named = [...playbook.steps, ...playbook.rows].find((one) => one.gates.includes(fact.gate));
  return named?.id;
}

function sentenceOf(fact: Fact, playbook: Playbook): string {
  const title = (id: string) => playbook.gates.find((gate) => gate.id === id)?.title ?? id;
  switch (fact.kind) {
    case 'opened':
      return `${fact.number} opened: ${fact.tracks.map((one) => trackNames[one]).join(' and ')}.`;
    case 'planned':
      return `Plan changed: ${Object.keys(fact.plan).join(', ')}.`;
    case 'moved': {
      const row = playbook.rows.find((one) => one.id === fact.row);
      const note = fact.note === undefined ? '' : ` ${fact.note}`;
      return `${row?.title ?? fact.row}: ${integrationStateNames[fact.from]} → ${integrationStateNames[fact.to]}.${note}`;
    }
    case 'discovery_recorded':
      return `Business need: ${fact.businessNeed} Required: ${fact.requiredOutcomes.join('; ')}.`;
    case 'asked':
      return `${roleNames[fact.seat]} asked.`;
    case 'answered':
      return `${roleNames[fact.seat]}: ${fact.answer}`;
    case 'more_asked':
      return `${roleNames[fact.seat]} needs more information: ${fact.questions.join(' ')}`;
    case 'meeting_recorded':
      return `Meeting on ${fact.heldOn} with ${fact.attendees.map((one) => one.name).join(', ')}: ${fact.minutes}`;
    case 'invited':
      return `Calendar invitation ${fact.sequence ? 'changed and sent' : 'sent'} to ${fact.attendees.map((one) => one.name).join(', ')}.`;
    case 'invitation_cancelled':
      return `Calendar invitation cancelled.${fact.reason === '' ? '' : ` ${fact.reason}`}`;
    case 'invitation_answered':
      return `${fact.email} ${invitationAnswerNames[fact.status]}.${fact.comment === undefined ? '' : ` ${fact.comment}`}`;
    case 'estimate_requested':
      return 'Mail to the helpdesk sent: it makes the ticket by itself.';
    case 'project_recorded':
      return `Onboarding project ${fact.projectReference}, clause: ${fact.contractClause}`;
    case 'scope_decided':
      return `${fact.decision === 'in-scope' ? 'In scope' : 'Out of scope'}: ${fact.clause}`;
    case 'change_decided':
      return `Change ${fact.decision}: ${fact.reference}.`;
    case 'linked':
      return `${capital(fact.what)} linked.`;
    case 'assigned':
      return fact.person === null
        ? `${capital(fact.what)} taken from everybody.`
        : `${capital(fact.what)} assigned.`;
    case 'gate_seen':
    case 'gate_refused':
      return fact.piece.sentence;
    case 'gate_withdrawn':
      return `${title(fact.gate)} no longer holds: ${fact.piece.sentence}`;
    case 'gate_reset':
    case 'gate_stale':
      return `${title(fact.gate)}: ${fact.sentence}`;
    case 'gate_confirmed':
      return `${title(fact.gate)}: ${fact.statement}`;
    case 'gate_waived':
      return `${title(fact.gate)} waived: ${fact.reason}`;
    case 'configured':
      return `Configuration ${fact.fingerprint} of ${fact.source} seen.`;
    case 'track_live':
      return fact.sentence;
    case 'track_reopened':
      return `${trackNames[fact.track]} reopened: ${fact.reason}`;
    case 'held':
      return `On hold until ${fact.resumeOn}: ${fact.reason}`;
    case 'resumed':
      return fact.note === '' ? 'Resumed.' : `Resumed. ${fact.note}`;
    case 'reassigned':
      return `${roleNames[fact.seat]} reassigned.${fact.reason === '' ? '' : ` ${fact.reason}`}`;
    case 'escalated':
    case 'flagged':
    case 'diverged':
    case 'noted':
      return fact.sentence;
  }
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

import type { GateEvidence, GateView } from '#contract/integrations.ts';
import { roleNames } from '#contract/roles.ts';
import { showId } from '#platform/ids.ts';
import type { Piece } from './facts.ts';
import {
  gateStatus,
  isPassed,
  latestPiece,
  missingPieces,
  neededPieces,
  passedAt,
  recordOf,
} from './gates.ts';
import type { Integration } from './integration.ts';
import { mayConfirm, mayWaive, type Person } from './permits.ts';
import { type Gate, roleOf, whoNames } from './playbook-words.ts';

/** A gate as the viewer sees it: status, whom it waits on, and its evidence in one sentence. */
export function presentGate(gate: Gate, integration: Integration, viewer: Person): GateView {
  const status = gateStatus(gate, integration);
  const record = recordOf(integration, gate.id);
  const passed = isPassed(status);
  const shown = isShownTo(gate, viewer);
  const latest = shown ? (record.confirmed?.piece ?? latestPiece(record) ?? record.refused) : undefined;
  const role = roleOf(gate.whom);
  const missing =
    passed || gate.pieces === 'one'
      ? []
      : missingPieces(gate, integration).map((key) => key.replace(/^\S+ (?=file )/, ''));
  const at = passedAt(gate, integration);
  const attachment = record.confirmed?.attachment;
  const by =
    status === 'waived' ? record.waived?.by : status === 'confirmed' ? record.confirmed?.by : undefined;
  return {
    id: gate.id,
    title: gate.title,
    status,
    required: gate.required,
    whom: passed ? '' : whoNames[gate.whom],
    ...(role === undefined || passed ? {} : { whomRole: role }),
    sentence: shown ? sentenceOf(gate, integration, viewer) : passed ? 'Passed.' : gate.awaits,
    ...(latest === undefined ? {} : { evidence: presentPiece(latest, viewer) }),
    pieces: Object.values(shown ? record.pieces : {})
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .slice(-50)
      .map((piece) => presentPiece(piece, viewer)),
    missing,
    ...(at === undefined ? {} : { passedAt: at }),
    ...(by === undefined || !shown ? {} : { by }),
    ...(attachment === undefined || !shown || status !== 'confirmed' ? {} : { attachment }),
    canConfirm: mayConfirm(gate, viewer, integration),
    ...(gate.attached === undefined ? {} : { attached: gate.attached }),
    canWaive: mayWaive(gate, viewer, integration),
  };
}

/** The customer's people see the evidence of the tracks and of what they did themselves, not the vendor's own work. */
export function isShownTo(gate: Gate, viewer: Person): boolean {
  return viewer.customerId === null || gate.whom === 'customer' || /^[WF]\d/.test(gate.id);
}

function sentenceOf(gate: Gate, integration: Integration, viewer: Person): string {
  const record = recordOf(integration, gate.id);
  switch (gateStatus(gate, integration)) {
    case 'waived':
      return viewer.customerId === null
        ? `Waived by ${record.waived?.by}: ${record.waived?.reason}`
        : 'Not needed here.';
    case 'confirmed':
      return `${record.confirmed?.by}: ${record.confirmed?.statement}`;
    case 'stale':
      return record.stale?.sentence ?? `A step before this one is stale. ${gate.awaits}`;
    case 'refused':
      return record.refused?.sentence ?? gate.awaits;
    case 'seen':
      return seenSentence(gate, integration);
    case 'waiting': {
      const keys = neededPieces(gate, integration);
      const needed = keys.length;
      const have = keys.filter((key) => record.pieces[key] !== undefined).length;
      if (record.reset !== undefined && have === 0) return record.reset;
      return needed > 1 ? `${have} of ${needed} seen. ${gate.awaits}` : gate.awaits;
    }
  }
}

function seenSentence(gate: Gate, integration: Integration): string {
  if (gate.derived === 'customer-known')
    return `The customer's service model is ${serviceModels[integration.serviceModel]}.`;
  if (gate.derived === 'steps-passed') return 'Every step before this one has passed, and none is stale.';
  if (gate.derived === 'track-live' && gate.track !== undefined)
    return `Live since ${integration.live[gate.track]}.`;
  const record = recordOf(integration, gate.id);
  const count = Object.keys(record.pieces).length;
  const latest = latestPiece(record)?.sentence ?? '';
  return count > 1 ? `${count} of ${neededPieces(gate, integration).length} seen. Latest: ${latest}` : latest;
}

const serviceModels = { fms: 'FMS', saas: 'SaaS', supported: 'supported' };

/** A piece of evidence; raw references to the log are for everybody, the vendor's own details are not. */
export function presentPiece(piece: Piece, viewer: Person): GateEvidence {
  return {
    ...(piece.eventId === undefined ? {} : { eventId: showId('evt', piece.eventId) }),
    type: piece.type,
    at: piece.at,
    ...(piece.stream === undefined ? {} : { stream: piece.stream }),
    ...(piece.sequence === undefined ? {} : { sequence: piece.sequence }),
    ...(piece.environment === undefined ? {} : { environment: piece.environment }),
    ...(piece.fingerprint === undefined ? {} : { fingerprint: piece.fingerprint }),
    sentence: piece.sentence,
    details: viewer.customerId === null || piece.environment !== undefined ? piece.details : {},
  };
}

/** How the owner of a step or turn is written. */
export function ownerName(who: keyof typeof whoNames): string {
  const role = roleOf(who);
  return role === undefined ? whoNames[who] : roleNames[role];
}

import type { Fact, RecordedFact } from './facts.ts';
import { foldInvitation } from './fold-invitation.ts';
import type { GateRecord, Integration } from './integration.ts';
import { gateOf, leaves, playbookOf, rowOf } from './playbook.ts';

/**
 * The integration as a history leaves it. The first fact must be the opening, sequences have no hole, and every move
 * must be a row of the playbook from the state the history stands in: anything else throws, for it can't be true.
 */
export function foldHistory(history: RecordedFact[]): Integration {
  let integration: Integration | undefined;
  for (const recorded of history) integration = foldFact(integration, recorded);
  if (integration === undefined) throw new Error('an integration without history');
  return integration;
}

/** The integration after one more fact. The one given is not changed. */
export function foldFact(before: Integration | undefined, recorded: RecordedFact): Integration {
  if (recorded.fact.kind === 'opened') {
    if (before !== undefined || recorded.sequence !== 1) throw new Error('an integration opens once');
    return opened(recorded, recorded.fact);
  }
  if (before === undefined) throw new Error('an integration begins with its opening');
  if (recorded.sequence !== before.sequence + 1)
    throw new Error(`fact ${recorded.sequence} does not follow ${before.sequence}`);
  const after: Integration = structuredClone(before);
  after.sequence = recorded.sequence;
  after.changedAt = recorded.at;
  apply(after, recorded);
  return after;
}

function opened(recorded: RecordedFact, fact: Fact & { kind: 'opened' }): Integration {
  const { kind: _kind, state, row, ...rest } = fact;
  return {
    ...structuredClone(rest),
    sequence: 1,
    state,
    since: recorded.at,
    openedAt: recorded.at,
    changedAt: recorded.at,
    pauses: [],
    consultation: {},
    links: {},
    gates: {},
    sources: {},
    live: {},
    taken: { [row]: { at: recorded.at, times: 1 } },
    escalated: [],
    diverged: [],
  };
}

function apply(after: Integration, { at, actor, fact }: RecordedFact): void {
  const said = { at, by: actor.name };
  switch (fact.kind) {
    case 'opened':
      return;
    case 'planned':
      Object.assign(after, structuredClone(fact.plan));
      return;
    case 'moved':
      move(after, fact, at);
      return;
    case 'discovery_recorded':
      after.discovery = {
        ...said,
        businessNeed: fact.businessNeed,
        requiredOutcomes: [...fact.requiredOutcomes],
      };
      return;
    case 'asked':
      after.consultation[fact.seat] = { person: fact.person, askedAt: at };
      return;
    case 'answered':
    case 'more_asked': {
      const asked = after.consultation[fact.seat] ?? { person: actor.id, askedAt: at };
      after.consultation[fact.seat] =
        fact.kind === 'answered'
          ? { ...asked, answeredAt: at, answer: fact.answer }
          : { ...asked, answeredAt: at, questions: [...fact.questions] };
      return;
    }
    case 'meeting_recorded':
      after.meeting = {
        ...said,
        minutes: fact.minutes,
        heldOn: fact.heldOn,
        attendees: structuredClone(fact.attendees),
      };
      return;
    case 'project_recorded':
      after.onboarding = { projectReference: fact.projectReference, contractClause: fact.contractClause };
      return;
    case 'scope_decided':
      after.scope = { ...said, decision: fact.decision, clause: fact.clause };
      after.origin = fact.decision === 'in-scope' ? 'new-in-scope' : 'new-out-of-scope';
      if (fact.changeNumber !== undefined) after.change = { number: fact.changeNumber };
      return;
    case 'change_decided':
      after.change = { number: after.change?.number ?? '', reference: fact.reference };
      return;
    case 'linked':
      after.links[fact.what] = fact.id;
      if (fact.version !== undefined) after.links.estimateVersion = fact.version;
      if (fact.amountCents !== undefined) after.links.amountCents = fact.amountCents;
      return;
    case 'assigned':
      if (fact.what === 'card') after.cardAssignee = fact.person;
      return;
    case 'track_live':
      after.live[fact.track] = at;
      after.taken[fact.row] = { at, times: (after.taken[fact.row]?.times ?? 0) + 1 };
      return;
    case 'track_reopened':
      reopenTrack(after, fact.track);
      return;
    case 'held':
      after.hold = { ...said, reason: fact.reason, resumeOn: fact.resumeOn };
      return;
    case 'resumed':
      if (after.hold !== undefined) after.pauses.push({ from: after.hold.at, to: at });
      delete after.hold;
      return;
    case 'reassigned':
      after.seats[fact.seat] = fact.person;
      return;
    case 'configured':
      after.sources[fact.source] = fact.fingerprint;
      return;
    case 'escalated':
      after.escalated.push(fact.timer);
      return;
    case 'diverged':
      after.diverged = [...after.diverged, fact.sentence].slice(-5);
      return;
    case 'invited':
    case 'invitation_cancelled':
    case 'invitation_answered':
      foldInvitation(after, at, fact);
      return;
    case 'estimate_requested':
    case 'flagged':
    case 'noted':
      return;
    default:
      applyGate(after, at, actor, fact);
  }
}

function applyGate(
  after: Integration,
  at: string,
  actor: RecordedFact['actor'],
  fact: Extract<Fact, { gate: string }>,
): void {
  const gate: GateRecord = after.gates[fact.gate] ?? { pieces: {} };
  after.gates[fact.gate] = gate;
  switch (fact.kind) {
    case 'gate_seen':
      // A gate that has gone stale starts again: old pieces don't count beside new ones.
      if (gate.stale !== undefined) gate.pieces = {};
      delete gate.stale;
      delete gate.refused;
      delete gate.reset;
      delete gate.confirmed;
      gate.pieces[fact.key] = structuredClone(fact.piece);
      return;
    case 'gate_refused':
      gate.refused = structuredClone(fact.piece);
      return;
    case 'gate_withdrawn':
      // What it had passed on stays in the history before this fact; it has to be shown again.
      gate.pieces = {};
      delete gate.confirmed;
      delete gate.reset;
      gate.refused = structuredClone(fact.piece);
      return;
    case 'gate_reset':
      for (const [key, piece] of Object.entries(gate.pieces))
        if (fact.source === undefined || piece.source === fact.source) delete gate.pieces[key];
      gate.reset = fact.sentence;
      return;
    case 'gate_confirmed':
      delete gate.stale;
      delete gate.refused;
      gate.confirmed = {
        by: actor.name,
        byId: actor.id,
        at,
        statement: fact.statement,
        ...(fact.attachment === undefined ? {} : { attachment: { ...fact.attachment } }),
        ...(fact.piece === undefined ? {} : { piece: structuredClone(fact.piece) }),
      };
      return;
    case 'gate_waived':
      gate.waived = { by: actor.name, at, reason: fact.reason };
      return;
    case 'gate_stale':
      gate.stale = { sentence: fact.sentence, source: fact.source, at };
  }
}

function move(after: Integration, fact: Fact & { kind: 'moved' }, at: string): void {
  const playbook = playbookOf(after.playbook);
  const row = rowOf(playbook, fact.row);
  if (fact.from !== after.state || !leaves(row, after.state))
    throw new Error(`row ${row.id} does not leave ${after.state}`);
  const to = row.to === 'same' ? after.state : row.to === 'previous' ? after.previous : row.to;
  if (to !== fact.to) throw new Error(`row ${row.id} leads to ${to}, not to ${fact.to}`);
  after.previous = after.state;
  after.state = fact.to;
  after.since = at;
  after.escalated = [];
  after.pauses = [];
  after.taken[row.id] = { at, times: (after.taken[row.id]?.times ?? 0) + 1 };
  for (const next of playbook.rows) {
    if (next.from === 'any' || !next.from.includes(after.state)) continue;
    for (const id of next.gates) if (gateOf(playbook, id).fresh === true) delete after.gates[id];
  }
}

function reopenTrack(after: Integration, track: keyof Integration['live']): void {
  delete after.live[track];
  const playbook = playbookOf(after.playbook);
  const last = playbook.steps.find((step) => step.track === track && step.makesLive);
  for (const id of last?.gates ?? []) {
    const gate = gateOf(playbook, id);
    if (gate.derived === undefined && gate.waiveBy.length === 0) delete after.gates[id];
  }
}

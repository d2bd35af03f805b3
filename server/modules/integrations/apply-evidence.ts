import type { Work } from '#platform/transact.ts';
import { type Dossier, fairlead, record } from './dossier.ts';
import { type Finding, pieceOf, type Seen, sourceOf } from './evidence.ts';
import type { FactActor } from './facts.ts';
import { applies, gateStatus, isPassed, missingPieces, neededPieces, recordOf } from './gates.ts';
import type { Integration } from './integration.ts';
import { gateOf, leaves, playbookOf } from './playbook.ts';
import type { Gate, SourceFamily } from './playbook-words.ts';

/** Puts what an event says into the integration's history; what it knows already adds nothing. */
export function applyFindings(
  work: Work,
  dossier: Dossier,
  seen: Seen,
  findings: Finding[],
  by: FactActor,
): void {
  noteConfiguration(work, dossier, seen);
  for (const finding of findings)
    if (!('gate' in finding) || isOfItsTracks(finding.gate, dossier.integration))
      apply(work, dossier, seen, finding, by);
}

function apply(work: Work, dossier: Dossier, seen: Seen, finding: Finding, by: FactActor): void {
  const { integration } = dossier;
  switch (finding.finds) {
    case 'link': {
      const { finds: _finds, ...link } = finding;
      const { links } = integration;
      const same =
        links[link.what] === link.id &&
        (link.version === undefined || links.estimateVersion === link.version) &&
        (link.amountCents === undefined || links.amountCents === link.amountCents);
      if (!same) record(work, dossier, { kind: 'linked', ...link }, by);
      return;
    }
    case 'assigned':
      record(work, dossier, { kind: 'assigned', what: finding.what, person: finding.person }, by);
      return;
    case 'diverged':
      record(work, dossier, { kind: 'diverged', sentence: finding.sentence, event: seen.event.id }, by);
      return;
    case 'answered':
      recordAnswer(work, dossier, finding, by);
      return;
    case 'refused': {
      const gate = gateOf(playbookOf(integration.playbook), finding.gate);
      if (!isPassed(gateStatus(gate, integration)))
        record(
          work,
          dossier,
          { kind: 'gate_refused', gate: gate.id, piece: pieceOf(seen, finding.sentence) },
          by,
        );
      return;
    }
    case 'withdrawn': {
      const gate = gateOf(playbookOf(integration.playbook), finding.gate);
      const status = gateStatus(gate, integration);
      if ((status === 'seen' || status === 'confirmed') && !isBehind(gate, integration))
        record(
          work,
          dossier,
          { kind: 'gate_withdrawn', gate: gate.id, piece: pieceOf(seen, finding.sentence) },
          by,
        );
      return;
    }
    case 'reset': {
      const gate = gateOf(playbookOf(integration.playbook), finding.gate);
      const { source, sentence } = finding;
      const begun = Object.values(recordOf(integration, gate.id).pieces).some(
        (piece) => source === undefined || piece.source === source,
      );
      const reset = { kind: 'gate_reset' as const, gate: gate.id, sentence };
      if (begun && !isPassed(gateStatus(gate, integration)))
        record(work, dossier, source === undefined ? reset : { ...reset, source }, by);
      return;
    }
    case 'confirmed': {
      const gate = gateOf(playbookOf(integration.playbook), finding.gate);
      const piece = pieceOf(seen, finding.sentence);
      const word = { kind: 'gate_confirmed' as const, gate: gate.id, statement: finding.sentence, piece };
      if (!isPassed(gateStatus(gate, integration))) record(work, dossier, word, by);
      return;
    }
    case 'seen':
      recordSeen(work, dossier, seen, finding, by);
  }
}

/** An answer counts for the invitation as it stands: of an attendee, to its present time, and not older than one we have. */
function recordAnswer(
  work: Work,
  dossier: Dossier,
  { finds: _, ...answer }: Finding & { finds: 'answered' },
  by: FactActor,
): void {
  const { invitation } = dossier.integration;
  if (invitation?.uid !== answer.uid || invitation.cancelledAt !== undefined) return;
  if (!invitation.attendees.some((one) => one.email.toLowerCase() === answer.email)) return;
  const known = invitation.answers[answer.email];
  const isOlder = known !== undefined && known.sequence >= answer.sequence && known.stamp >= answer.stamp;
  if (answer.sequence < invitation.timeSince || isOlder) return;
  record(work, dossier, { kind: 'invitation_answered', ...answer }, by);
}

/** Evidence for a track that was not chosen says nothing; when it is chosen later, what lasts is looked up. */
function isOfItsTracks(gateId: string, integration: Integration): boolean {
  const step = playbookOf(integration.playbook).steps.find((one) => one.gates.includes(gateId));
  return step === undefined || integration.tracks.includes(step.track);
}

/** A track that is live, or a row that was taken, has left its gates behind: what happens later takes none away. */
function isBehind(gate: Gate, integration: Integration): boolean {
  const { steps, rows } = playbookOf(integration.playbook);
  const step = steps.find((one) => one.gates.includes(gate.id));
  if (step !== undefined) return integration.live[step.track] !== undefined;
  return rows
    .filter((row) => row.gates.includes(gate.id))
    .every((row) => integration.taken[row.id] !== undefined && !leaves(row, integration.state));
}

function recordSeen(
  work: Work,
  dossier: Dossier,
  seen: Seen,
  finding: Finding & { finds: 'seen' },
  by: FactActor,
): void {
  const { integration } = dossier;
  const gate = gateOf(playbookOf(integration.playbook), finding.gate);
  const passed = gateStatus(gate, integration);
  // While its track is live a gate that has gone stale counts as passed: only what replaces it whole is taken in.
  const isStale = recordOf(integration, gate.id).stale !== undefined && gate.pieces === 'one';
  const status = isStale ? 'stale' : passed;
  const renews = finding.renews === true && status === 'seen';
  if (isPassed(status) && !renews) return;
  const missing = missingPieces(gate, integration);
  const key = finding.key ?? missing[0] ?? neededPieces(gate, integration)[0];
  // Each exchange has a row of files of its own, so that a file may be missing that the longest row does not need.
  const isNext = gate.pieces === 'files' || missing.includes(key ?? '');
  if (key === undefined || !(renews || isNext)) return;
  const piece = pieceOf(seen, finding.sentence);
  record(work, dossier, { kind: 'gate_seen', gate: gate.id, key, piece }, by);
}

/**
 * Notes the fingerprint that an event carries. When the same source had another before, the gates that passed under
 * it become stale: not failed, but to be run again. Only the sandbox makes anything stale; going live does not.
 */
function noteConfiguration(work: Work, dossier: Dossier, seen: Seen): void {
  const now = sourceOf(seen.event);
  if (now === undefined || seen.environment === undefined) return;
  const source = `${seen.environment} ${now.source}`;
  const known = dossier.integration.sources[source];
  if (known === now.fingerprint) return;
  record(work, dossier, { kind: 'configured', source, fingerprint: now.fingerprint }, fairlead);
  if (known === undefined || seen.environment !== 'sandbox') return;
  const family = now.source.split(':')[0] as SourceFamily;
  const { integration } = dossier;
  for (const gate of playbookOf(integration.playbook).gates) {
    if (!applies(gate.when, integration)) continue;
    const held = recordOf(integration, gate.id);
    if (held.stale !== undefined || held.waived !== undefined) continue;
    const pieces = Object.values(held.pieces);
    const own = pieces.filter((piece) => piece.source?.split(':')[0] === family);
    const outdated = own.some(
      (piece) => piece.source === now.source && piece.fingerprint !== now.fingerprint,
    );
    const bound = gate.binds?.includes(family) === true && own.length === 0;
    if (!outdated && !(bound && (held.confirmed !== undefined || pieces.length > 0))) continue;
    const sentence = `The configuration of ${now.source.replace(':', ' ')} has changed at ${seen.time}. ${gate.again ?? 'Show it again.'}`;
    record(
      work,
      dossier,
      { kind: 'gate_stale', gate: gate.id, source, fingerprint: now.fingerprint, sentence },
      fairlead,
    );
  }
}

import type { CertificationTrack, ScenarioId } from '#contract/certification.ts';
import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import { type Pass, type Progress, scenarioFingerprint } from './progress.ts';
import { defaultScenarios } from './scenarios.ts';

/** Whose environment it is. */
export interface EnvironmentOf {
  customerId: string;
  environmentId: string;
}

/** Lets nobody else change the progress of an environment until commit. */
export async function lockProgress(sql: Tx, environmentId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`certification:${environmentId}`}, 0))`;
}

/** Where an environment stands; a track for which nothing was agreed has the default scenarios. */
export async function loadProgress(sql: Tx, environmentId: string): Promise<Progress> {
  const agreed = await sql<
    (Row<'certification.agreements', 'track' | 'scenarios'> & {
      track: CertificationTrack;
      scenarios: ScenarioId[];
    })[]
  >`
    select track, scenarios from certification.agreements where environment_id = ${environmentId}`;
  const passes = await sql<(Pass & { scenario: ScenarioId })[]>`
    select scenario, state, source, source_fingerprint as fingerprint, sentence, sequence, seen_at as "seenAt"
    from certification.passes where environment_id = ${environmentId}`;
  const sources = await sql<Row<'certification.sources', 'source' | 'fingerprint'>[]>`
    select source, fingerprint from certification.sources where environment_id = ${environmentId}`;
  return {
    agreed: { ...defaultScenarios, ...Object.fromEntries(agreed.map((row) => [row.track, row.scenarios])) },
    passes: new Map(passes.map(({ scenario, ...pass }) => [scenario, pass])),
    sources: new Map(sources.map((row) => [row.source, row.fingerprint])),
  };
}

/** Keeps what was seen of a scenario; it replaces what was seen before. */
export async function savePass(sql: Tx, of: EnvironmentOf, scenario: ScenarioId, pass: Pass): Promise<void> {
  await sql`
    insert into certification.passes (environment_id, customer_id, scenario, state, source, source_fingerprint,
      fingerprint, sentence, sequence, seen_at)
    values (${of.environmentId}, ${of.customerId}, ${scenario}, ${pass.state}, ${pass.source}, ${pass.fingerprint},
      ${scenarioFingerprint(scenario, pass)}, ${pass.sentence}, ${pass.sequence}, ${pass.seenAt.toString()})
    on conflict (environment_id, scenario) do update
    set state = excluded.state, source = excluded.source, source_fingerprint = excluded.source_fingerprint,
        fingerprint = excluded.fingerprint, sentence = excluded.sentence, sequence = excluded.sequence,
        seen_at = excluded.seen_at`;
}

/** Keeps the newest configuration of a source. */
export async function saveSource(
  sql: Tx,
  of: EnvironmentOf,
  seen: { source: string; fingerprint: string; seenAt: Temporal.Instant },
): Promise<void> {
  await sql`
    insert into certification.sources (environment_id, customer_id, source, fingerprint, seen_at)
    values (${of.environmentId}, ${of.customerId}, ${seen.source}, ${seen.fingerprint}, ${seen.seenAt.toString()})
    on conflict (environment_id, source) do update set fingerprint = excluded.fingerprint, seen_at = excluded.seen_at`;
}

/** Keeps which scenarios are agreed for a track. */
export async function saveAgreement(
  sql: Tx,
  of: EnvironmentOf,
  agreement: { track: CertificationTrack; scenarios: ScenarioId[]; by: string; at: Temporal.Instant },
): Promise<void> {
  await sql`
    insert into certification.agreements (environment_id, customer_id, track, scenarios, agreed_at, agreed_by)
    values (${of.environmentId}, ${of.customerId}, ${agreement.track}, ${agreement.scenarios},
      ${agreement.at.toString()}, ${agreement.by})
    on conflict (environment_id, track) do update
    set scenarios = excluded.scenarios, agreed_at = excluded.agreed_at, agreed_by = excluded.agreed_by`;
}

/** Notes under which configuration a track was complete; the first time of each stays. */
export async function insertCompletion(
  sql: Tx,
  of: EnvironmentOf,
  completion: { track: CertificationTrack; fingerprint: string; at: Temporal.Instant },
): Promise<void> {
  await sql`
    insert into certification.completions (environment_id, customer_id, track, fingerprint, completed_at)
    values (${of.environmentId}, ${of.customerId}, ${completion.track}, ${completion.fingerprint},
      ${completion.at.toString()})
    on conflict do nothing`;
}

/** When a track was complete under a configuration for the first time; undefined when it never was. */
export async function completedAt(
  sql: Tx,
  environmentId: string,
  track: CertificationTrack,
  fingerprint: string,
): Promise<Temporal.Instant | undefined> {
  const [row] = await sql<{ at: Temporal.Instant }[]>`
    select completed_at as at from certification.completions
    where environment_id = ${environmentId} and track = ${track} and fingerprint = ${fingerprint}`;
  return row?.at;
}

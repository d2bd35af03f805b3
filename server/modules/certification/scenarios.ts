import type { CertificationTrack, ScenarioId } from '#contract/certification.ts';

/** A scenario that can be agreed. */
interface Scenario {
  id: ScenarioId;
  track: CertificationTrack;
  title: string;
  how: string;
}

const catalogue: Record<ScenarioId, Omit<Scenario, 'id'>> = {
  'employee-created': {
    track: 'web-api',
    title: 'An employee is created',
    how: 'Create an employee with PUT /v1/employees/{companyCode}/{employeeNumber}.',
  },
  'pay-rate-scheduled': {
    track: 'web-api',
    title: 'A pay rate is scheduled',
    how: 'Give an employee a pay rate whose effectiveFrom lies in the future.',
  },
  'change-feed-read': {
    track: 'web-api',
    title: 'The event feed is read',
    how: 'Read GET /v1/events.',
  },
  'webhook-answered': {
    track: 'web-api',
    title: 'A webhook is answered',
    how: 'Verify an endpoint or answer a message with 2xx; or post a signed message to a receiver.',
  },
  'bad-input-corrected': {
    track: 'web-api',
    title: 'Bad input is refused and corrected',
    how: 'Send an employee that breaks a rule (such as a wrong IRD number), read the 422, then send a correct one.',
  },
  'employee-updated': {
    track: 'web-api',
    title: 'An employee is updated',
    how: "Change an existing employee's person or employment with PUT.",
  },
  'full-file-applied': {
    track: 'file-transfer',
    title: 'A full file is applied',
    how: 'Send a FULL file of which no row is refused.',
  },
  'delta-file-applied': {
    track: 'file-transfer',
    title: 'A delta file is applied',
    how: 'Send a DELTA file of which no row is refused.',
  },
  'bad-file-corrected': {
    track: 'file-transfer',
    title: 'A bad file is refused and corrected',
    how: 'Send a file with errors, read its error file, then send one without to the same exchange.',
  },
  'duplicate-file-answered': {
    track: 'file-transfer',
    title: 'A duplicate file is answered',
    how: 'Send the same file again; it is answered and not applied a second time.',
  },
  'outgoing-file-collected': {
    track: 'file-transfer',
    title: 'An outgoing file is collected',
    how: 'Fetch a file, such as the probe or an extract, from /out over SFTP.',
  },
};

/** One scenario by its id. */
export function scenarioOf(id: ScenarioId): Scenario {
  return { id, ...catalogue[id] };
}

/** What is agreed for each track until the Integrations & Solutions Manager says otherwise. */
export const defaultScenarios: Record<CertificationTrack, ScenarioId[]> = {
  'web-api': [
    'employee-created',
    'pay-rate-scheduled',
    'change-feed-read',
    'webhook-answered',
    'bad-input-corrected',
  ],
  'file-transfer': [
    'full-file-applied',
    'delta-file-applied',
    'bad-file-corrected',
    'duplicate-file-answered',
    'outgoing-file-collected',
  ],
};

import type { ScenarioId } from '#contract/certification.ts';
import { webApiFingerprint } from '#modules/web-api/index.ts';
import type { StoredEvent } from '#platform/events.ts';

/** A fact of the log, as far as scenarios are concerned. */
export type Traffic = Pick<StoredEvent, 'type' | 'subject' | 'data' | 'source' | 'sequence' | 'recordedAt'>;

/** What a fact was seen under: the Web API, one endpoint, receiver or exchange; null where no configuration decides. */
export interface Configuration {
  source: string | null;
  fingerprint: string | null;
}

/** What a fact shows of a scenario: all of it, or one half of a fault and its correction. */
export interface Sighting extends Configuration {
  scenario: ScenarioId;
  sees: 'whole' | 'first-half' | 'second-half';
  sentence: string;
}

const api: Configuration = { source: 'api', fingerprint: webApiFingerprint };
const families: Record<string, string> = {
  endpoint: 'endpointId',
  receiver: 'receiverId',
  exchange: 'exchangeId',
  transfer: 'exchangeId',
};

/** The configuration that a fact names; undefined when it names none. */
export function configurationOf(event: Traffic): { source: string; fingerprint: string } | undefined {
  const fingerprint = textOf(event, 'fingerprint');
  const [word = ''] = event.type.split('.');
  if (fingerprint === '') return undefined;
  if (word === 'api') return { source: 'api', fingerprint };
  const name = families[word];
  if (name === undefined) return undefined;
  const id = textOf(event, name);
  return id === '' ? undefined : { source: `${word === 'transfer' ? 'exchange' : word}:${id}`, fingerprint };
}

/** What a fact shows of scenarios; nothing for most facts. */
export function sightingsOf(event: Traffic): Sighting[] {
  const rule = rules[event.type];
  const seen = rule === undefined ? [] : rule(event);
  if (event.source['channel'] === 'api' && event.subject['employeeId'] !== undefined)
    seen.push({
      ...api,
      scenario: 'bad-input-corrected',
      sees: 'second-half',
      sentence: 'A correct change of an employee was accepted afterwards.',
    });
  return seen;
}

type Rule = (event: Traffic) => Sighting[];

const whole = (scenario: ScenarioId, on: Configuration, sentence: string): Sighting => ({
  ...on,
  scenario,
  sees: 'whole',
  sentence,
});

const overApi =
  (scenario: ScenarioId, sentence: string): Rule =>
  (event) =>
    event.source['channel'] === 'api' ? [whole(scenario, api, sentence)] : [];

/** A scenario whose fact carries its own configuration. */
const under =
  (scenario: ScenarioId, sentence: (event: Traffic) => string | undefined): Rule =>
  (event) => {
    const said = sentence(event);
    const on = configurationOf(event) ?? { source: null, fingerprint: null };
    return said === undefined ? [] : [whole(scenario, on, said)];
  };

const updated = overApi('employee-updated', 'An employee was updated over the Web API.');

const rules: Record<string, Rule> = {
  'employee.created': overApi('employee-created', 'An employee was created over the Web API.'),
  'employee.updated': updated,
  'employee.update_scheduled': updated,
  'employment.updated': updated,
  'employment.update_scheduled': updated,
  'pay_rate.scheduled': overApi(
    'pay-rate-scheduled',
    'A pay rate was scheduled for a later day over the Web API.',
  ),
  'api.operation_seen': under('change-feed-read', (event) =>
    textOf(event, 'operation') === 'listEvents' ? 'The event feed was read.' : undefined,
  ),
  'api.input_refused': (event) => [
    {
      ...(configurationOf(event) ?? api),
      scenario: 'bad-input-corrected',
      sees: 'first-half',
      sentence: `Bad input was refused with HTTP ${textOf(event, 'status')}${codesOf(event)}.`,
    },
  ],
  'endpoint.first_delivered': under(
    'webhook-answered',
    () => 'A signed message was delivered to the endpoint and answered with 2xx.',
  ),
  'endpoint.verified': under('webhook-answered', (event) => {
    const [valid, forged, stale] = [
      numberOf(event, 'valid'),
      numberOf(event, 'forged'),
      numberOf(event, 'stale'),
    ];
    return isHundred(valid, 2) && isHundred(forged, 4) && isHundred(stale, 4)
      ? `The endpoint took a valid message with HTTP ${valid} and refused a forged one with ${forged} and a stale one with ${stale}.`
      : undefined;
  }),
  'receiver.first_accepted': under(
    'webhook-answered',
    () => 'A signed message was accepted on the receiver.',
  ),
  'transfer.applied': applied,
  'transfer.rejected': (event) => (isDryRun(event) ? [] : [badFile(event)]),
  'transfer.duplicate': under('duplicate-file-answered', (event) =>
    isDryRun(event) ? undefined : 'A duplicate file was answered and not applied again.',
  ),
  'exchange.probed': under('outgoing-file-collected', (event) =>
    textOf(event, 'direction') === 'out'
      ? 'The outgoing probe was fetched with an equal checksum.'
      : undefined,
  ),
  'file.collected': under('outgoing-file-collected', () => 'An outgoing file was collected over SFTP.'),
  'extract.delivered': under('outgoing-file-collected', (event) =>
    textOf(event, 'via') === 'sftp'
      ? `An extract of ${numberOf(event, 'rows')} rows was collected over SFTP.`
      : undefined,
  ),
};

function applied(event: Traffic): Sighting[] {
  const rows = numberOf(event, 'rows');
  if (isDryRun(event) || rows === 0) return [];
  if (numberOf(event, 'rejected') > 0) return [badFile(event)];
  const mode = textOf(event, 'mode').toLowerCase();
  const on = exchangeOf(event);
  const sentence = `A ${mode} file of ${rows} rows was applied, none refused.`;
  const seen: Sighting[] = [
    {
      ...on,
      scenario: 'bad-file-corrected',
      sees: 'second-half',
      sentence: `A file of ${rows} rows was applied afterwards, none refused.`,
    },
  ];
  if (mode === 'full') seen.push(whole('full-file-applied', on, sentence));
  if (mode === 'delta') seen.push(whole('delta-file-applied', on, sentence));
  return seen;
}

function badFile(event: Traffic): Sighting {
  const rejected = numberOf(event, 'rejected');
  return {
    ...exchangeOf(event),
    scenario: 'bad-file-corrected',
    sees: 'first-half',
    sentence: `A file of ${numberOf(event, 'rows')} rows was answered: ${rejected} rows refused${codesOf(event)}.`,
  };
}

const exchangeOf = (event: Traffic): Configuration =>
  configurationOf(event) ?? { source: null, fingerprint: null };
const isDryRun = (event: Traffic) => event.data['dryRun'] === true;
const isHundred = (status: number, hundred: number) => Math.floor(status / 100) === hundred;

function codesOf(event: Traffic): string {
  const codes = event.data['codes'];
  return Array.isArray(codes) && codes.length > 0 ? ` (${codes.slice(0, 3).map(String).join(', ')})` : '';
}

function textOf(event: Traffic, name: string): string {
  const value = event.data[name] ?? event.subject[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function numberOf(event: Traffic, name: string): number {
  const value = event.data[name];
  return typeof value === 'number' ? value : 0;
}

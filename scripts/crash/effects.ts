import { webhookEventTypes } from '#contract/webhooks.ts';

const told = webhookEventTypes.map((type) => `'${type}'`).join(', ');

/** Questions about what the journey did, each of whose answers is a fault: something lost on the way, or done twice. */
export const effects: [what: string, sql: string][] = [
  [
    'integrations with more than one ticket',
    'select integration_id::text as id, count(*)::int from desk.tickets where integration_id is not null group by 1 having count(*) > 1',
  ],
  [
    'estimates signed off more than once',
    `select data->>'estimateId' as id, count(*)::int from platform.events
     where type = 'estimate.signed_off' group by 1 having count(*) > 1`,
  ],
  [
    'steps of the process taken twice',
    `select data->>'integrationId' as id, data->>'row' as step, count(*)::int from platform.events
     where type = 'integration.transitioned' and data->>'row' in ('E1', 'E2', 'E5', 'E11', 'E12', 'E13', 'E14')
     group by 1, 2 having count(*) > 1`,
  ],
  [
    'employees created twice',
    `select stream_id::text as id, subject->>'companyCode' as company, subject->>'employeeNumber' as number, count(*)::int
     from platform.events where type = 'employee.created' group by 1, 2, 3 having count(*) > 1`,
  ],
  [
    'employments whose creation the log does not hold, or the reverse',
    `select e.environment_id::text as id, count(*)::int - (select count(*) from platform.events v
       where v.stream_id = e.environment_id and v.type = 'employee.created')::int as difference
     from payroll.employments e group by 1, e.environment_id
     having count(*) <> (select count(*) from platform.events v
       where v.stream_id = e.environment_id and v.type = 'employee.created')`,
  ],
  [
    'versions of employees that the log does not tell of, or the reverse',
    `select e.environment_id::text as id, e.company_code, e.employee_number, e.version,
        count(distinct v.data->>'version')::int as told
     from payroll.employments e left join platform.events v on v.stream_id = e.environment_id
       and v.subject->>'companyCode' = e.company_code and v.subject->>'employeeNumber' = e.employee_number
       and v.data ? 'version'
     group by 1, 2, 3, 4 having count(distinct v.data->>'version') <> e.version`,
  ],
  [
    'changes of employees that the log tells of twice',
    `select stream_id::text as id, type, subject->>'employeeNumber' as number, count(*)::int
     from platform.events where data ? 'version' group by stream_id, type, subject, data, effective_from
     having count(*) > 1`,
  ],
  [
    'files applied twice',
    `select stream_id::text as id, data->>'sha256' as sha256, count(*)::int from platform.events
     where type = 'transfer.applied' group by 1, 2 having count(*) > 1`,
  ],
  [
    'files taken in and left without an outcome',
    `select id::text, state from file_exchange.transfers where state in ('received', 'checking', 'applying')`,
  ],
  [
    'webhook messages taken in and never worked on',
    `select id::text, state from webhooks.inbound where state = 'received'`,
  ],
  ['mails taken in and never worked on', `select id::text, state from desk.inbox where state = 'stored'`],
  [
    'deliveries of one event to one endpoint made twice',
    'select endpoint_id::text as id, message_id::text, count(*)::int from webhooks.deliveries group by 1, 2 having count(*) > 1',
  ],
  [
    'endpoints that were made and never began',
    'select id::text from webhooks.endpoints where active_from is null',
  ],
  [
    'events that an endpoint asked for and that were never queued for it',
    `select p.id::text, e.type, e.sequence from webhooks.endpoints p
     join platform.events e on e.stream_id = p.environment_id and e.sequence > p.active_from
     where e.type in (${told}) and (p.event_types = '{}' or e.type = any (p.event_types))
       and not (p.skip_own_changes and e.source->>'channel' in ('api', 'file', 'webhook'))
       and not exists (select from webhooks.deliveries d where d.environment_id = p.environment_id
         and d.endpoint_id = p.id and d.message_id = e.id)`,
  ],
  ['deliveries left behind', `select id::text, state from webhooks.deliveries where state <> 'delivered'`],
];

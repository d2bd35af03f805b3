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
  ['deliveries left behind', `select id::text, state from webhooks.deliveries where state <> 'delivered'`],
];

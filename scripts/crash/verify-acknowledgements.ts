import { existsSync, readFileSync } from 'node:fs';
import type { Database, Tx } from '#platform/database.ts';
import { parseId } from '#platform/ids.ts';
import type { Acknowledgement } from '../../server/demonstration/robot/acknowledgement.ts';

/** Acknowledgements as the customer noted them, one a line; none when it never got one. */
export function readAcknowledgements(file: string): Acknowledgement[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // What follows the last line end was cut off when the customer's process ended.
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

/** How many acknowledgements there are of each kind. */
export function countKinds(acknowledged: Acknowledgement[]): Record<Acknowledgement['kind'], number> {
  const counts = { employee: 0, message: 0, file: 0, mail: 0, webhook: 0 };
  for (const { kind } of acknowledged) counts[kind] += 1;
  return counts;
}

const inEnvironment = `join customers.environments v on v.id = e.environment_id and v.kind = t.environment`;

/** Questions about what either side said to have; each answer is something lost, or done twice. */
const questions: [what: string, sql: string][] = [
  [
    'employees that the Web API took and that are lost, or older than it said',
    `select t."employeeNumber", t.version from told t where t.kind = 'employee' and not exists (
       select from payroll.employments e ${inEnvironment}
       where e.company_code = t."companyCode" and e.employee_number = t."employeeNumber" and e.version >= t.version)`,
  ],
  [
    'changes that the Web API acknowledged and the log does not hold',
    `select t."employeeNumber", t.version from told t where t.kind = 'employee' and t.changed and not exists (
       select from platform.events x join customers.environments v on v.id = x.stream_id and v.kind = t.environment
       where x.source->>'channel' = 'api' and x.subject->>'companyCode' = t."companyCode"
         and x.subject->>'employeeNumber' = t."employeeNumber" and (x.data->>'version')::int = t.version)`,
  ],
  [
    'changes through the Web API that nobody was told of',
    `select distinct x.subject->>'employeeNumber' as number, (x.data->>'version')::int as version
     from platform.events x join customers.environments v on v.id = x.stream_id
     where x.source->>'channel' = 'api' and x.data ? 'version' and not exists (
       select from told t where t.kind = 'employee' and t.environment = v.kind
         and t."companyCode" = x.subject->>'companyCode' and t."employeeNumber" = x.subject->>'employeeNumber'
         and t.version = (x.data->>'version')::int)`,
  ],
  [
    'versions of an employee that two different changes were told they made',
    `select t."employeeNumber", t.version, count(*)::int from told t where t.kind = 'employee' and t.changed
     group by t.environment, t."companyCode", t."employeeNumber", t.version having count(*) > 1`,
  ],
  [
    'messages with a receipt that are lost, or were not applied',
    `select t.id, i.state from told t left join webhooks.inbound i on i.id = t.uuid and i.message_id = t.id
     where t.kind = 'message' and i.state is distinct from 'applied'`,
  ],
  [
    'messages applied twice',
    `select t.id, count(distinct x.data->>'version')::int from (select distinct id from told where kind = 'message') t
     join platform.events x on x.source->>'messageId' = t.id group by 1 having count(distinct x.data->>'version') > 1`,
  ],
  [
    'files that the SFTP door took and that are lost',
    `select t.name from told t where t.kind = 'file'
       and not exists (select from file_exchange.transfers f join file_exchange.accounts a
         on a.environment_id = f.environment_id and a.id = f.account_id
         where a.user_name = t."user" and f.file_name = t.name and f.sha256 = t.sha256)
       and not exists (select from file_exchange.files f join file_exchange.accounts a
         on a.environment_id = f.environment_id
         where f.kind = 'probe' and a.user_name = t."user" and f.name = t.name and f.sha256 = t.sha256)`,
  ],
  [
    'mails that the SMTP door took and that are lost, or on tickets twice',
    `select t.id, (select count(*)::int from desk.mails m where m.message_id = t.id and m.direction = 'in') as there
     from (select distinct id from told where kind = 'mail') t
     where (select count(*) from desk.mails m where m.message_id = t.id and m.direction = 'in') <> 1`,
  ],
  [
    'webhooks that the customer accepted and that tell of no event, or do not count as delivered',
    `select t.id, t.type, d.state from told t left join webhooks.deliveries d on d.message_id = t.uuid
     left join platform.events x on x.id = t.uuid and x.type = t.type
     where t.kind = 'webhook' and t.type <> 'webhook.test' and (x.id is null or d.state is distinct from 'delivered')`,
  ],
  [
    'webhooks that came twice with different bodies',
    `select t.id, count(distinct t.sha256)::int from told t where t.kind = 'webhook'
     group by t.id having count(distinct t.sha256) > 1`,
  ],
  [
    'webhooks that count as delivered and never came to the customer',
    `select d.message_id::text, d.event_type from webhooks.deliveries d where d.state = 'delivered'
       and not exists (select from told t where t.kind = 'webhook' and t.uuid = d.message_id)`,
  ],
];

const told = `with told as (select * from jsonb_to_recordset($1::text::jsonb) as t(kind text, environment text,
  "companyCode" text, "employeeNumber" text, version int, changed boolean, id text, type text, "user" text, name text,
  sha256 text, uuid uuid)) `;

/** Looks each acknowledgement up in what the product kept; returns what was lost or done twice. */
export async function verifyAcknowledgements(
  sql: Database | Tx,
  acknowledged: Acknowledgement[],
): Promise<string[]> {
  const rows = JSON.stringify(acknowledged.map((one) => ({ ...one, uuid: uuidOf(one) ?? null })));
  const faults: string[] = [];
  for (const [what, query] of questions) {
    const found = await sql.unsafe(told + query, [rows]);
    if (found.length > 0) faults.push(`${what}: ${JSON.stringify(found.slice(0, 5))}`);
  }
  return faults;
}

function uuidOf(one: Acknowledgement): string | undefined {
  if (one.kind === 'webhook') return parseId('msg', one.id);
  return one.kind === 'message' ? parseId('msg', one.receipt) : undefined;
}

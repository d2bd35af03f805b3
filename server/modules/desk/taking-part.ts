import { personByEmail } from '#modules/access/index.ts';
import { customersByEmail } from '#modules/customers/index.ts';
import type { Tx } from '#platform/database.ts';
import { takesPartIn } from './mail-store.ts';

/** Whether an address is one of the vendor's people, or a person or contact of the customer. */
export async function belongsTo(sql: Tx, customerId: string, address: string): Promise<boolean> {
  const person = await personByEmail(sql, address);
  return (
    person?.customerId === null ||
    person?.customerId === customerId ||
    (await customersByEmail(sql, address)).some(
      (one) => one.matchedBy === 'contact' && one.customerId === customerId,
    )
  );
}

/** Whether an address may write on a ticket: the people of both sides, and whoever was let in. */
export async function takesPartOn(
  sql: Tx,
  ticket: { customerId: string; id: string },
  address: string,
): Promise<boolean> {
  return (await belongsTo(sql, ticket.customerId, address)) || (await takesPartIn(sql, ticket.id, address));
}

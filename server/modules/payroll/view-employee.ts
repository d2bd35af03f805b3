import type { EmployeeView, revealableFields } from '#contract/employee-views.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, type Work } from '#platform/transact.ts';
import { selectBankChanges } from './bank-change-store.ts';
import { crossFindings } from './cross-findings.ts';
import { selectDocuments, selectPending } from './employee-store.ts';
import { maskDocument } from './mask.ts';
import { listEmploymentsBeside } from './person-store.ts';
import type { SensitivityClass } from './sensitivity.ts';
import { showBankChanges } from './show-bank-changes.ts';

const consoleClasses: ReadonlySet<SensitivityClass> = new Set(['P0', 'P1']);

interface Place {
  customerId: string;
  environmentId: string;
  employmentId: string;
}

/** The console's page of one employee: values above P1 masked. */
export async function viewEmployee(platform: Platform, place: Place, asOf?: string): Promise<EmployeeView> {
  const now = platform.clock.now();
  return read(platform, place, async (sql) => {
    const [found] = await selectDocuments(sql, place.environmentId, [place.employmentId], asOf ?? null, now);
    if (found === undefined) throw notFound();
    const held = await selectBankChanges(
      sql,
      place.environmentId,
      { employmentId: place.employmentId, status: 'held' },
      now,
    );
    const findings = await crossFindings(platform, sql, place.environmentId, [place.employmentId]);
    return {
      employee: maskDocument(found.document, consoleClasses),
      findings: findings.get(place.employmentId) ?? [],
      samePerson: (
        await listEmploymentsBeside(sql, place.environmentId, {
          employmentId: place.employmentId,
          personId: found.personId,
        })
      ).map(({ id, ...key }) => ({ employeeId: showId('emp', id), ...key })),
      pending: await selectPending(sql, place.environmentId, place.employmentId),
      held: (await showBankChanges(platform, sql, place.environmentId, held)).map((one) => ({
        changeId: one.changeId,
        requestedAt: one.requestedAt,
        requestedBy: one.requestedBy,
        source: one.source,
        effectiveFrom: one.effectiveFrom,
        accounts: one.after,
      })),
    };
  });
}

type Revealable = (typeof revealableFields)[number];

/** Shows one field in full; who, whose, which and why go into the audit trail, the value does not. */
export async function revealField(
  work: Work,
  place: Place,
  request: { field: Revealable; reason: string },
): Promise<{ field: string; value: unknown }> {
  const [found] = await selectDocuments(work.sql, place.environmentId, [place.employmentId], null, work.now);
  if (found === undefined) throw notFound();
  work.audit({
    action: 'employee.reveal',
    subject: showId('emp', place.employmentId),
    detail: { field: request.field, reason: request.reason },
  });
  const { document } = found;
  const values: Record<Revealable, unknown> = {
    irdNumber: document.taxNz?.irdNumber ?? null,
    tfn: document.taxAu?.tfn ?? null,
    bankAccounts: document.bankAccounts,
    payRates: document.payRates,
    dateOfBirth: document.person?.dateOfBirth ?? null,
    contact: {
      personalEmail: document.person?.personalEmail ?? null,
      mobile: document.person?.mobile ?? null,
      address: document.person?.address ?? null,
    },
  };
  return { field: request.field, value: values[request.field] };
}

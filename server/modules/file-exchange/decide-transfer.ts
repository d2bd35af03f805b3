import { importedSoFar } from '#modules/payroll/index.ts';
import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { registrantOf } from './account-store.ts';
import { placeAnswers, writeAcknowledgement } from './answers.ts';
import { archiveTransfer } from './archive-transfer.ts';
import { findControl } from './control-file.ts';
import { removeFile } from './file-store.ts';
import { problems } from './problems.ts';
import { lockTransfer, noteStep, saveTransfer, type Transfer } from './transfer-store.ts';

/** A decision and the bytes that it is about: those that the person has looked at. */
export interface Decision {
  reason: string;
  sha256: string;
}

/**
 * Lets a held transfer go on; the worker applies it. Fails with transfer-not-held, transfer-differs, and second-person for
 * whoever registered the key that the file was put with.
 */
export async function approveTransfer(work: Work, transferId: string, decision: Decision): Promise<void> {
  const transfer = await heldTransfer(work, transferId, decision);
  const { reason } = decision;
  const uploader = await registrantOf(work.sql, transfer);
  if (uploader === work.actor.id && transfer.held?.code !== 'not-processed')
    throw problems['second-person']();
  await saveTransfer(work.sql, transfer, {
    state: 'applying',
    approvedBy: work.actor.id,
    approvedCauses: [
      ...new Set([
        ...transfer.approvedCauses,
        transfer.held?.code ?? '',
        ...(transfer.held?.figures ?? []).map((one) => one.code),
      ]),
    ],
  });
  await noteStep(work.sql, transfer, 'approved', work.now, { by: work.actor.id, reason });
  record(work, transfer, 'transfer.approved', reason);
}

/**
 * Ends a held transfer, and acknowledges that: nothing of it is loaded, but for what was before it met a value that
 * cannot be stored. Fails with transfer-not-held and transfer-differs.
 */
export async function rejectTransfer(work: Work, transferId: string, decision: Decision): Promise<void> {
  const held = await heldTransfer(work, transferId, decision);
  const { reason } = decision;
  const effects = await importedSoFar(work.sql, held.environmentId, held.id);
  const { created = 0, updated = 0, unchanged = 0 } = effects ?? {};
  const accepted = created + updated + unchanged;
  const rejected = await saveTransfer(work.sql, held, {
    state: 'rejected',
    accepted,
    rejected: (held.rowCount ?? 0) - accepted,
    effects: effects === undefined ? null : { ...effects },
    finishedAt: work.now,
  });
  await noteStep(work.sql, rejected, 'outcome', work.now, { state: 'rejected', by: work.actor.id, reason });
  await placeAnswers(
    work,
    rejected,
    await writeAcknowledgement(work.platform.objects, rejected, null),
    undefined,
  );
  await noteStep(work.sql, rejected, 'acknowledged', work.now);
  // One that came after the file is for the next of that name.
  const control = await findControl(work.sql, rejected);
  if (control !== undefined && Temporal.Instant.compare(control.modifiedAt, rejected.receivedAt) <= 0)
    await removeFile(work.sql, rejected.environmentId, control.id, work.now);
  await archiveTransfer(work, rejected);
  record(work, rejected, rejected.dryRun ? 'transfer.checked' : 'transfer.rejected', reason);
}

async function heldTransfer(work: Work, transferId: string, { sha256 }: Decision): Promise<Transfer> {
  const { environmentId } = work.scope;
  const transfer = environmentId && (await lockTransfer(work.sql, environmentId, transferId));
  if (!transfer) throw notFound('transfer');
  if (transfer.sha256 !== sha256) throw problems['transfer-differs']();
  if (transfer.state !== 'held') throw problems['transfer-not-held']();
  return transfer;
}

function record(work: Work, transfer: Transfer, type: string, reason: string): void {
  const transferId = showId('trf', transfer.id);
  const exchangeId = showId('exc', transfer.exchangeId);
  work.emit(transfer.environmentId, {
    type,
    subject: { transferId, exchangeId },
    data: {
      transferId,
      exchangeId,
      sha256: transfer.sha256,
      rows: transfer.rowCount ?? 0,
      accepted: transfer.accepted ?? 0,
      rejected: transfer.rejected ?? 0,
      codes: Object.keys(transfer.codes).slice(0, 20),
      fingerprint: transfer.fingerprint,
    },
  });
  work.audit({ action: type, subject: transferId, detail: { reason } });
}

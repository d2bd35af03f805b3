/**
 * Data audits: extracts of employees with counts, control totals and a hash, given by one-time link or over SFTP; and
 * the comparison of a customer's own file with payroll, whose differences are each accepted with a reason or corrected.
 */
import { registerRevealer } from '#modules/credentials/index.ts';
import type { Module } from '#platform/module.ts';
import { extractCollections, extractLinkKind, revealExtract } from './give-extract.ts';
import { extractJob, type InEnvironment } from './make-extract.ts';
import { objectUse } from './object-use-store.ts';
import { compareJob } from './open-audit.ts';
import { problems } from './problems.ts';
import { dataAuditRoutes } from './routes.ts';
import { runAudit } from './run-audit.ts';
import { writeExtract } from './write-extract.ts';

registerRevealer(extractLinkKind, revealExtract);

/** The data-audits module. */
export const dataAudits: Module = {
  name: 'data-audits',
  problems: problems.catalogue,
  objects: objectUse,
  routes: dataAuditRoutes,
  consumers: () => [extractCollections],
  jobs: (platform) => ({
    [extractJob]: (job: InEnvironment & { extractId: string }) => writeExtract(platform, job),
    [compareJob]: (job: InEnvironment & { auditId: string }) => runAudit(platform, job),
  }),
};

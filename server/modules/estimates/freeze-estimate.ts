import { estimateContent } from '#contract/estimates.ts';
import { freezeVersion, keepPdf, readPdf, type Version } from '#modules/documents/index.ts';
import type { Tx } from '#platform/database.ts';
import type { Platform } from '#platform/platform.ts';
import type { Work } from '#platform/transact.ts';
import type { Estimate } from './estimate.ts';
import { factsOf } from './estimate-facts.ts';
import { renderEstimatePdf } from './estimate-pdf.ts';

/** Freezes a version whole: content, both parties, tax and figures under one hash. */
export async function freezeEstimate(work: Work, estimate: Estimate, version: Version): Promise<Version> {
  return freezeVersion(work, version, await factsOf(work, estimate, version));
}

/** Renders the PDF of a frozen version and keeps its bytes, once. */
export async function keepEstimatePdf(work: Work, estimate: Estimate, version: Version): Promise<Version> {
  if (version.pdfKey !== null) return version;
  return keepPdf(work, version, await render(work, estimate, version));
}

/** A version's PDF: the kept bytes of one that was finalised, else a draft; undefined when the kept bytes are gone. */
export async function pdfOf(
  at: { sql: Tx; platform: Platform },
  estimate: Estimate,
  version: Version,
): Promise<Buffer | undefined> {
  return version.pdfKey === null ? render(at, estimate, version) : readPdf(at.platform, version);
}

async function render(
  at: { sql: Tx; platform: Platform },
  estimate: Estimate,
  version: Version,
): Promise<Buffer> {
  return renderEstimatePdf({
    facts: await factsOf(at, estimate, version),
    content: estimateContent.parse(version.content),
    sha256: version.sha256,
    at: version.frozenAt ?? version.at,
  });
}

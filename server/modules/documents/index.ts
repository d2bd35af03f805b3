// Documents owns versions, comments, signing links and sign-off with evidence, for estimates and every other document.

import type { Module } from '#platform/module.ts';
import { objectUse } from './object-use-store.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';

export {
  type Acceptance,
  acceptancesOf,
  answerComment,
  type Comment,
  closeComment,
  commentsOf,
  insertComment,
  insertDocument,
  putVersion,
  recipientsOf,
  signingLink,
  type Version,
  versionsOf,
  voidSigningLinks,
} from './document-store.ts';
export { freezeVersion } from './freeze-version.ts';
export { keepPdf, readPdf } from './keep-pdf.ts';
export { renderPdf } from './render-pdf.ts';
export { showAcceptance } from './routes.ts';
export {
  checkSigningCode,
  createSigningLink,
  expectHeld,
  openSigningLink,
  recordDecision,
  sendSigningCode,
  usableLink,
} from './sign-off.ts';

export const documents: Module = {
  name: 'documents',
  problems: problems.catalogue,
  routes,
  objects: objectUse,
};

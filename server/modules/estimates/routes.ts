import { z } from 'zod';
import { answerBody, commentBody } from '#contract/documents.ts';
import {
  createEstimateBody,
  estimateList,
  estimateView,
  saveDraftBody,
  sendEstimateBody,
  signOffView,
  stepBody,
} from '#contract/estimates.ts';
import { idOf } from '#contract/ids.ts';
import { queryNumber } from '#contract/query-number.ts';
import type { StaffRole } from '#contract/roles.ts';
import { versionsOf } from '#modules/documents/index.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact, type Work } from '#platform/transact.ts';
import { createEstimate, editEstimate } from './draft-estimate.ts';
import type { Estimate } from './estimate.ts';
import { getEstimate, listEstimates } from './estimate-store.ts';
import { pdfOf } from './freeze-estimate.ts';
import {
  answerEstimateComment,
  closeEstimateComment,
  commentOnEstimate,
  finaliseEstimate,
  returnEstimate,
  submitEstimate,
} from './review-estimate.ts';
import { reviseEstimate, sendEstimate } from './send-estimate.ts';
import { viewEstimate } from './show-estimate.ts';
import { previewEstimate } from './show-sign-off.ts';
import { signOffRoutes } from './sign-off-routes.ts';

const tags = ['estimates'];
const list = '/api/customers/:customer/estimates';
const one = `${list}/:estimate`;
const customerParams = z.object({ customer: idOf('cus') });
const params = customerParams.extend({ estimate: idOf('est') });
const commentParams = params.extend({ comment: idOf('com') });
const manager: StaffRole[] = ['integrations-manager'];
const director: StaffRole[] = ['commercial-director', 'lead-consultant'];
const both = [...manager, ...director];

/** Estimates from the first line to the sending; the customer's own page is in sign-off-routes.ts. */
export function routes(app: Http, platform: Platform): void {
  app.get(
    list,
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: "A customer's estimates",
        tags,
        params: customerParams,
        querystring: z.object({ integration: idOf('int').optional() }),
        response: { 200: estimateList },
      },
    },
    async (request) => {
      const rows = await read(platform, request.scope, (sql) =>
        listEstimates(sql, request.params.customer, request.query.integration),
      );
      return { items: rows.map(showRow) };
    },
  );
  app.post(
    list,
    {
      config: { access: { staff: manager } },
      schema: {
        summary: 'Start an estimate',
        tags,
        params: customerParams,
        body: createEstimateBody,
        response: { 201: estimateView },
      },
    },
    async (request, reply) => {
      const { integration, title, content } = request.body;
      const estimate = await transact(platform, request.scope, request.actor, (work) =>
        createEstimate(work, {
          customerId: request.params.customer,
          integrationId: integration ?? null,
          title: title ?? content?.title ?? 'Work estimate',
          ...(content === undefined ? {} : { content: { validUntil: null, ...content } }),
        }),
      );
      const view = await read(platform, request.scope, (sql) =>
        viewEstimate(platform, sql, estimate.customerId, estimate.id, request.actor),
      );
      return reply.code(201).send(view);
    },
  );
  app.get(
    one,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: { summary: 'One estimate', tags, params, response: { 200: estimateView } },
    },
    (request) =>
      read(platform, request.scope, (sql) =>
        viewEstimate(platform, sql, request.params.customer, request.params.estimate, request.actor),
      ),
  );
  app.get(
    `${one}/preview`,
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'The present version as the customer would see it',
        tags,
        params,
        response: { 200: signOffView },
      },
    },
    (request) =>
      read(platform, request.scope, (sql) =>
        previewEstimate(platform, sql, request.params.customer, request.params.estimate),
      ),
  );
  app.get(
    `${one}/versions/:number/pdf`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'A version as PDF',
        tags,
        params: params.extend({ number: queryNumber(1, 1_000_000) }),
      },
    },
    async (request, reply) => {
      const { customer, estimate: id, number } = request.params;
      const bytes = await read(platform, request.scope, async (sql) => {
        await viewEstimate(platform, sql, customer, id, request.actor);
        const estimate = await getEstimate(sql, customer, id);
        const version = (await versionsOf(sql, customer, id)).find((each) => each.number === number);
        if (estimate === undefined || version === undefined) throw notFound();
        // The customer's people see what was sent to them, not the drafts before it.
        const { actor } = request;
        if (actor.kind === 'person' && actor.customerId !== null && number !== estimate.version)
          throw notFound();
        return pdfOf({ sql, platform }, estimate, version);
      });
      if (bytes === undefined) throw notFound('the kept PDF is gone');
      return reply
        .header('content-disposition', `inline; filename="estimate-v${number}.pdf"`)
        .type('application/pdf')
        .send(bytes);
    },
  );
  app.put(
    `${one}/draft`,
    {
      config: { access: { staff: both } },
      schema: {
        summary: 'Write the version being worked on',
        tags,
        params,
        body: saveDraftBody,
        response: { 200: estimateView },
      },
    },
    (request) =>
      change(request, (work) =>
        editEstimate(work, request.params.customer, request.params.estimate, request.body),
      ),
  );
  app.post(
    `${one}/comments`,
    {
      config: { access: { staff: both } },
      schema: {
        summary: 'Comment on the present version',
        tags,
        params,
        body: commentBody,
        response: { 200: estimateView },
      },
    },
    (request) =>
      change(request, (work) =>
        commentOnEstimate(work, request.params.customer, request.params.estimate, request.body),
      ),
  );
  app.post(
    `${one}/comments/:comment/answer`,
    {
      config: { access: { staff: both } },
      schema: {
        summary: 'Answer a comment',
        tags,
        params: commentParams,
        body: answerBody,
        response: { 200: estimateView },
      },
    },
    (request) => {
      const { customer, estimate, comment } = request.params;
      return change(request, (work) =>
        answerEstimateComment(work, customer, estimate, comment, request.body.answer),
      );
    },
  );
  app.post(
    `${one}/comments/:comment/close`,
    {
      config: { access: { staff: director } },
      schema: { summary: 'Close a comment', tags, params: commentParams, response: { 200: estimateView } },
    },
    (request) => {
      const { customer, estimate, comment } = request.params;
      return change(request, (work) => closeEstimateComment(work, customer, estimate, comment));
    },
  );
  const steps = [
    ['submit', manager, 'Put the version before the Commercial Director', submitEstimate],
    ['return', director, 'Give the version back to be refined', returnEstimate],
    ['finalise', director, 'Finalise: lock, hash and render', finaliseEstimate],
    ['revise', director, 'Back to refining, with a new version to come', reviseEstimate],
  ] as const;
  for (const [name, staff, summary, act] of steps)
    app.post(
      `${one}/${name}`,
      {
        config: { access: { staff: [...staff] } },
        schema: { summary, tags, params, body: stepBody, response: { 200: estimateView } },
      },
      (request) =>
        change(request, (work) =>
          act(work, request.params.customer, request.params.estimate, request.body?.basedOn),
        ),
    );
  app.post(
    `${one}/send`,
    {
      config: { access: { staff: director } },
      schema: {
        summary: 'Send it to the customer',
        tags,
        params,
        body: sendEstimateBody,
        response: { 200: estimateView },
      },
    },
    (request) =>
      change(request, (work) =>
        sendEstimate(work, request.params.customer, request.params.estimate, request.body.contacts),
      ),
  );
  signOffRoutes(app, platform);

  /** Runs an action and answers with the estimate as it now stands. */
  async function change(
    request: {
      scope: Parameters<typeof transact>[1];
      actor: Work['actor'];
      params: { customer: string; estimate: string };
    },
    act: (work: Work) => Promise<unknown>,
  ) {
    await transact(platform, request.scope, request.actor, act);
    return read(platform, request.scope, (sql) =>
      viewEstimate(platform, sql, request.params.customer, request.params.estimate, request.actor),
    );
  }
}

function showRow(estimate: Estimate) {
  return {
    id: showId('est', estimate.id),
    integration: estimate.integrationId === null ? null : showId('int', estimate.integrationId),
    title: estimate.title,
    status: estimate.status,
    version: estimate.version,
    netCents: estimate.netCents,
    updatedAt: estimate.updatedAt.toString(),
  };
}

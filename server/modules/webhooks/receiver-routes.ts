import * as contract from '#contract/webhooks.ts';
import { type InboundRow, webhookParams as params, type ReceiverView } from '#contract/webhooks.ts';
import type { Config } from '#platform/config.ts';
import type { Access, Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, type Scope, transact } from '#platform/transact.ts';
import { changeReceiver, createReceiver } from './create-receiver.ts';
import { secretState } from './endpoint.ts';
import { environmentOf } from './environment-scope.ts';
import { examineSignature } from './examine-signature.ts';
import { type LoggedInbound, listInbound } from './inbound-store.ts';
import { messageTypes, type Receiver, receiverUrl } from './receiver.ts';
import { listReceivers } from './receiver-store.ts';
import { replayInbound } from './replay-inbound.ts';
import { rollSecret } from './roll-secret.ts';

const tags = ['webhooks'];
const base = '/api/customers/:customer/environments/:environment';
const readers: { access: Access } = { access: { staff: 'any', portal: 'any' } };
const keepers: { access: Access } = {
  access: { staff: ['integrations-manager'], portal: ['project-owner', 'developer'] },
};

/** Receivers, the inbox of what was posted to them, and the signature doctor. */
export function receiverRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/receivers`,
    {
      config: readers,
      schema: {
        summary: 'Receivers',
        tags,
        params: params.environment,
        response: { 200: contract.receiverList },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const found = await read(platform, request.scope, (sql) => listReceivers(sql, environmentId));
      return { items: found.map((one) => showReceiver(platform, one)), next: null };
    },
  );
  app.get(
    `${base}/receivers/:receiver`,
    {
      config: readers,
      schema: {
        summary: 'One receiver',
        tags,
        params: params.receiver,
        response: { 200: contract.receiverView },
      },
    },
    (request) => receiverOf(platform, request.scope, request.params.receiver),
  );
  app.post(
    `${base}/receivers`,
    {
      config: keepers,
      schema: {
        summary: 'Add a receiver; its secret is behind a one-time link',
        tags,
        params: params.environment,
        body: contract.createReceiverBody,
        response: { 201: contract.createdReceiver },
      },
    },
    async (request, reply) => {
      const of = environmentOf(request.scope);
      const made = await transact(platform, of, request.actor, (work) =>
        createReceiver(work, of, request.body),
      );
      const receiver = await receiverOf(platform, of, made.receiverId);
      return reply.code(201).send({ receiver, secretLink: made.secretLink });
    },
  );
  app.patch(
    `${base}/receivers/:receiver`,
    {
      config: keepers,
      schema: {
        summary: 'Rename, close or open a receiver',
        tags,
        params: params.receiver,
        body: contract.changeReceiverBody,
        response: { 200: contract.receiverView },
      },
    },
    async (request) => {
      const of = environmentOf(request.scope);
      const { receiver } = request.params;
      await transact(platform, of, request.actor, (work) => changeReceiver(work, of, receiver, request.body));
      return receiverOf(platform, of, receiver);
    },
  );
  app.post(
    `${base}/receivers/:receiver/roll-secret`,
    {
      config: keepers,
      schema: {
        summary: 'A new secret by one-time link; both work for the overlap',
        tags,
        params: params.receiver,
        body: contract.rollSecretBody,
        response: { 200: contract.secretLink },
      },
    },
    (request) => {
      const of = environmentOf(request.scope);
      const { receiver: id } = request.params;
      return transact(platform, of, request.actor, (work) =>
        rollSecret(work, { ...of, owner: 'receiver', id, ...request.body }),
      );
    },
  );
  inboxRoutes(app, platform);
}

function inboxRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/inbound`,
    {
      config: readers,
      schema: {
        summary: 'Messages that were posted, newest first',
        tags,
        params: params.environment,
        querystring: contract.inboundQuery,
        response: { 200: contract.inboundList },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const { cursor, ...filter } = request.query;
      const rows = await read(platform, request.scope, (sql) =>
        listInbound(sql, environmentId, { ...filter, before: cursor }),
      );
      const last = rows.length === filter.limit ? rows.at(-1) : undefined;
      return { items: rows.map(showInbound), next: last === undefined ? null : showId('msg', last.id) };
    },
  );
  app.get(
    `${base}/inbound/:message`,
    {
      config: readers,
      schema: {
        summary: 'One message',
        tags,
        params: params.inbound,
        response: { 200: contract.inboundRow },
      },
    },
    (request) => inboundOf(platform, request.scope, request.params.message),
  );
  app.post(
    `${base}/inbound/:message/replay`,
    {
      config: keepers,
      schema: {
        summary: 'Apply a dead letter again',
        tags,
        params: params.inbound,
        response: { 200: contract.inboundRow },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const { message } = request.params;
      await transact(platform, request.scope, request.actor, (work) =>
        replayInbound(work, environmentId, message),
      );
      return inboundOf(platform, request.scope, message);
    },
  );
  app.post(
    `${base}/signature-doctor`,
    {
      config: { ...keepers, exactTexts: ['/body', '/headers'] },
      schema: {
        summary: 'Name the likely mistake behind a signature',
        tags,
        params: params.environment,
        body: contract.doctorBody,
        response: { 200: contract.diagnosis },
      },
    },
    (request) => examineSignature(platform, environmentOf(request.scope), request.body),
  );
}

async function receiverOf(platform: Platform, scope: Scope, id: string) {
  const { environmentId } = environmentOf(scope);
  const [receiver] = await read(platform, scope, (sql) => listReceivers(sql, environmentId, id));
  if (receiver === undefined) throw notFound();
  return showReceiver(platform, receiver);
}

async function inboundOf(platform: Platform, scope: Scope, id: string) {
  const { environmentId } = environmentOf(scope);
  const [message] = await read(platform, scope, (sql) => listInbound(sql, environmentId, { id, limit: 1 }));
  if (message === undefined) throw notFound();
  return showInbound(message);
}

function showReceiver(
  platform: { config: Config; clock: Platform['clock'] },
  receiver: Receiver,
): ReceiverView {
  return {
    id: showId('whr', receiver.id),
    label: receiver.label,
    url: receiverUrl(platform.config, receiver.token),
    status: receiver.status,
    secret: secretState(receiver, platform.clock.now()),
    secretHint: receiver.secretHint,
    messageTypes,
    fingerprint: receiver.fingerprint,
    seen: {
      firstAcceptedAt: receiver.firstAcceptedAt?.toString() ?? null,
      forgedRefusedAt: receiver.forgedRefusedAt?.toString() ?? null,
      replayRefusedAt: receiver.replayRefusedAt?.toString() ?? null,
      duplicateIgnoredAt: receiver.duplicateIgnoredAt?.toString() ?? null,
    },
    lastMessageAt: receiver.lastMessageAt?.toString() ?? null,
    waiting: receiver.waiting,
    dead: receiver.dead,
    refusals: receiver.refusals,
    createdAt: receiver.createdAt.toString(),
    createdBy: receiver.createdBy,
  };
}

function showInbound(message: LoggedInbound): InboundRow {
  const { id, receiverId, receiverLabel, receivedAt, appliedAt, ...rest } = message;
  return {
    ...rest,
    id: showId('msg', id),
    receiver: { id: showId('whr', receiverId), label: receiverLabel },
    receivedAt: receivedAt.toString(),
    appliedAt: appliedAt?.toString() ?? null,
  };
}

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { environmentIdOf } from '#modules/customers/index.ts';
import type { Actor } from '#platform/actor.ts';
import type { Access } from '#platform/http.ts';
import { parseId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';

/** Tells who a request comes from. */
export interface Authenticator {
  /** The signed-in person, from the session cookie. */
  person(headers: IncomingHttpHeaders): Promise<Actor | undefined>;
  /** The credential behind a bearer token; throws a Problem when it is not a good one. */
  credential(token: string, address: string, headers: IncomingHttpHeaders): Promise<Actor>;
}

/** Sets request.actor and request.scope, or throws: deny unless the route's `access` allows. */
export async function authorise(
  platform: Platform,
  authenticator: Authenticator,
  request: FastifyRequest,
): Promise<void> {
  const access = request.routeOptions.config.access;
  if (access === undefined) {
    if (request.is404) return; // the not-found handler answers
    throw notFound('a route that does not say who may call it');
  }
  if ('public' in access) return;
  if ('credential' in access) {
    request.actor = await credentialOf(authenticator, request, access.credential);
    request.scope =
      request.actor.kind === 'credential'
        ? { customerId: request.actor.customerId, environmentId: request.actor.environmentId }
        : {};
    return;
  }
  const actor = await authenticator.person(request.headers);
  if (actor === undefined || actor.kind !== 'person') throw commonProblems['signed-out']();
  refuseForeignOrigin(request);
  request.actor = actor;
  const params = request.params as Record<string, string | undefined>;
  await setScope(platform, request, actor, params);
  if (!allows(access, actor, request.method)) throw commonProblems.forbidden();
}

async function credentialOf(
  authenticator: Authenticator,
  request: FastifyRequest,
  scope: string,
): Promise<Actor> {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token)
    throw commonProblems['api-key-missing']({
      headers: { 'www-authenticate': 'Bearer' },
    });
  const actor = await authenticator.credential(token, request.ip, request.headers);
  if (actor.kind === 'credential' && !actor.scopes.includes(scope))
    throw commonProblems.forbidden({
      detail: `This API key lacks the scope ${scope}.`,
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    });
  return actor;
}

/** The customer and environment that the address names; another customer's answer like ones that don't exist. */
async function setScope(
  platform: Platform,
  request: FastifyRequest,
  actor: Actor & { kind: 'person' },
  params: Record<string, string | undefined>,
): Promise<void> {
  if (params['customer'] === undefined) {
    if (actor.customerId !== null) request.scope = { customerId: actor.customerId };
    return;
  }
  const customerId = parseId('cus', params['customer']);
  if (customerId === undefined) throw notFound();
  if (actor.customerId !== null && actor.customerId !== customerId) throw notFound('another customer');
  request.scope = { customerId };
  if (params['environment'] === undefined) return;
  const environmentId = await environmentIdOf(platform, customerId, params['environment']);
  if (environmentId === undefined) throw notFound();
  request.scope = { customerId, environmentId };
}

function allows(access: Access, actor: Actor & { kind: 'person' }, method: string): boolean {
  if (actor.customerId === null) {
    if (!('staff' in access)) return false;
    if (access.staff === 'any') {
      const readsOnly = actor.roles.every((role) => role === 'auditor');
      return !readsOnly || method === 'GET' || method === 'HEAD';
    }
    const roles = 'themselves' in access ? (actor.ownRoles ?? actor.roles) : actor.roles;
    return roles.some((role) => (access.staff as string[]).includes(role));
  }
  if (!('portal' in access) || access.portal === undefined) return false;
  return access.portal === 'any' || actor.roles.some((role) => (access.portal as string[]).includes(role));
}

/** A browser says where a request comes from; a change must come from our own pages. */
function refuseForeignOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw commonProblems.forbidden({ detail: 'The request comes from another site.' });
}

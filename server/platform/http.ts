import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { PortalRole, StaffRole } from '#contract/roles.ts';
import type { Actor } from './actor.ts';
import type { Scope } from './transact.ts';

/**
 * Who may call a route. A route without one is refused when it registers. `themselves` asks for a role that is the person's
 * own: a stand-in may not change who may do what.
 */
export type Access =
  | { public: true }
  | { staff: 'any' | StaffRole[]; portal?: 'any' | PortalRole[]; themselves?: true }
  | { portal: 'any' | PortalRole[] }
  | { credential: string };

/** The HTTP server as modules see it: routes with zod schemas. */
export type Http = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Who calls; set by the door before any handler runs. On public routes a system actor, or the signed-in person. */
    actor: Actor;
    /** Whose data the address names, checked against the caller. */
    scope: Scope;
  }
}

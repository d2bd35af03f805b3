// Access owns people, their roles and delegations, sessions, and the reading of the audit trail.

import type { Module } from '#platform/module.ts';
import { auditRoutes } from './audit-routes.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';
import { mailSignInLink, type SignInLinkWish, signInLinkJob } from './sign-in-links.ts';
import { staffRoutes } from './staff-routes.ts';
import { tellUnreadable } from './tell-unreadable.ts';

export { changePortalPerson } from './change-person.ts';
export { createPerson } from './create-person.ts';
export { delegatesOf } from './delegation-store.ts';
export { mailInvitation } from './invite-person.ts';
export { actorOf, type Person, seatsOf } from './person.ts';
export { hasNobody, peopleWithRole, personByEmail, personById } from './person-store.ts';
export { createSignIn, type SignIn } from './sign-in.ts';

export const access: Module = {
  name: 'access',
  problems: problems.catalogue,
  consumers: () => [tellUnreadable],
  routes: (app, platform) => {
    routes(app, platform);
    auditRoutes(app, platform);
    staffRoutes(app, platform);
  },
  jobs: (platform) => ({
    [signInLinkJob]: (wish: SignInLinkWish) => mailSignInLink(platform, wish),
  }),
};

// Integrations owns the implementation process: the playbook as data, each integration's append-only history with the
// state that follows from it, gates with their evidence, and whose turn it is. It is the highest module: it calls the
// others, and learns from the log what happened in them.

import type { Module } from '#platform/module.ts';
import { breakSilence, remindOfHold } from './break-silence.ts';
import { catchUp } from './catch-up.ts';
import { catchUpJob } from './dossier.ts';
import { estimateRoutes } from './estimate-routes.ts';
import { followLog } from './follow-log.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';
import { resumeTimer, silenceTimer } from './state-timers.ts';

export const integrations: Module = {
  name: 'integrations',
  problems: problems.catalogue,
  routes: (app, platform) => {
    routes(app, platform);
    estimateRoutes(app, platform);
  },
  consumers: () => [followLog],
  jobs: (platform) => ({
    [catchUpJob]: (payload: { customerId: string; integrationId: string }) => catchUp(platform, payload),
  }),
  timers: () => ({ [silenceTimer]: breakSilence, [resumeTimer]: remindOfHold }),
};

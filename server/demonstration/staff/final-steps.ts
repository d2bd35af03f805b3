import assert from 'node:assert/strict';
import { basename } from 'node:path';
import type { JsonAnswer } from '../call.ts';
import { developer } from '../cast.ts';
import {
  doneOrBefore,
  environmentPath,
  integrationPath,
  type Journey,
  passed,
  perform,
  reached,
  type Step,
} from '../step.ts';
import { ensureExchange } from './file-steps.ts';
import { collectKey, ensureCompany, signInToPortal } from './web-api-steps.ts';

/** W6 and F5: both tracks go live, each by its own definition, and E14 follows; W7 begins to count. */
export const finalSteps: Step[] = [
  {
    id: 'W6',
    title: 'Production key issued; the customer says it is satisfied: the Web API is live',
    done: (journey) => ['W6.credentials', 'W6.satisfied'].every((gate) => passed(journey, gate)),
    act: async (journey) => {
      await ensureCompany(journey, 'production');
      if (!(await journey.robot.do('has-key', { environment: 'production' }))) {
        const asked = Temporal.Now.instant().subtract({ seconds: 2 }).toString();
        if (!passed(journey, 'W6.credentials'))
          await perform(journey, 'manager', 'issue-production-key', { contactEmail: developer.email });
        await collectKey(journey, 'production', passed(journey, 'W6.credentials') ? '' : asked);
      }
      await signInToPortal(journey, 'owner');
      await journey.robot.do('portal-act', {
        who: 'owner',
        path: `${integrationPath(journey)}/actions/confirm-satisfied`,
        body: { statement: 'We are satisfied with the API integration.' },
        expect: doneOrBefore,
      });
    },
  },
  {
    id: 'F5',
    title: 'The first production file is accepted and used: the file transfer is live',
    withinSeconds: 1_800,
    done: async (journey) => passed(journey, 'F5.first-file') && (await unanswered(journey)).length === 0,
    act: async (journey) => {
      const { user } = await ensureExchange(journey, 'production');
      const { employees } = journey.options;
      for (const file of await unanswered(journey)) {
        const kind = file === 'full' ? { kind: 'full', count: employees } : { kind: 'given', count: 0, file };
        const sent = { environment: 'production', user, folder: 'employees', ...kind };
        const answer = await journey.robot.do('put-employees', sent);
        assert.notEqual(answer.ack.status, 'held', `${answer.name} waits for a person`);
        journey.note(`${answer.name}: ${JSON.stringify(answer.ack.rows)}`);
      }
    },
  },
  {
    id: 'E14',
    title: 'Every chosen track is live, and the API counts everybody',
    done: (journey) =>
      reached(journey, 'live') && passed(journey, 'W6.first-production') && journey.checked.has('count'),
    act: async (journey) => {
      const { expected, employees } = journey.options;
      await journey.robot.do('first-call', { environment: 'production' });
      const counted = await journey.robot.do('count-employees', { environment: 'production' });
      assert.deepEqual(
        counted,
        expected ?? { employees, payRates: employees },
        'the API counts others than were sent',
      );
      journey.checked.add('count');
      journey.note(`the API counts ${counted.employees} employees with ${counted.payRates} pay rates`);
    },
  },
  {
    id: 'W7',
    title: 'Volumes are counted against the fair-use policy, and every message has arrived',
    withinSeconds: 150,
    done: async (journey) => {
      const { manager } = journey.staff;
      const sandbox = environmentPath(journey, 'sandbox');
      const waiting = (await manager.get(`${sandbox}/deliveries?state=waiting&limit=1`)).json.items;
      const { policyVersion, meters, sentence } = (await manager.get(`${sandbox}/usage`)).json;
      const counted = meters.filter((one: JsonAnswer) => one.limit !== null && one.used > 0);
      if (policyVersion === null || waiting.length > 0 || counted.length < 3) return false;
      journey.note(sentence);
      return true;
    },
    act: async (journey) => {
      const { director } = journey.staff;
      const { policy, recommended } = (await director.get('/api/fair-use/policy')).json;
      if (policy === null) await director.put('/api/fair-use/policy', recommended);
    },
  },
];

/** The production files that have no final answer yet: those given, else one of everybody. */
async function unanswered(journey: Journey): Promise<string[]> {
  const answered: string[] = await journey.robot.do('answered-files', { environment: 'production' });
  const { files } = journey.options;
  return (files.length === 0 ? ['full'] : files).filter((file) => !answered.includes(basename(file)));
}

import { developer } from '../cast.ts';
import { integrationPath, type Journey, passed, perform, reached, type Step } from '../step.ts';
import { ensureExchange } from './file-steps.ts';
import { collectKey, ensureCompany, signInToPortal } from './web-api-steps.ts';

/** W6 and F5: both tracks go live, each by its own definition, and E14 follows. */
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
      });
    },
  },
  {
    id: 'F5',
    title: 'The first production file is accepted and used: the file transfer is live',
    withinSeconds: 1_800,
    done: (journey) => passed(journey, 'F5.first-file'),
    act: async (journey) => {
      const { user } = await ensureExchange(journey, 'production');
      const { files, employees } = journey.options;
      if (files.length === 0)
        await journey.robot.do('put-employees', {
          user,
          folder: 'employees',
          kind: 'full',
          count: employees,
        });
      for (const file of files) {
        const answer = await journey.robot.do('put-employees', {
          user,
          folder: 'employees',
          kind: 'given',
          count: 0,
          file,
        });
        journey.note(`${answer.name}: ${JSON.stringify(answer.ack.counts ?? answer.ack.rows ?? '')}`);
      }
    },
  },
  {
    id: 'E14',
    title: 'Every chosen track is live',
    done: (journey) => reached(journey, 'live') && passed(journey, 'W6.first-production'),
    act: async (journey) => {
      const { expected, employees } = journey.options;
      await journey.robot.do('first-call', { environment: 'production' });
      const counted = await journey.robot.do('count-employees', { environment: 'production' });
      checkCount(journey, counted, expected ?? { employees, payRates: counted.payRates });
    },
  },
];

function checkCount(
  journey: Journey,
  counted: { employees: number; payRates: number },
  expected: { employees: number; payRates: number },
): void {
  journey.note(
    `the API counts ${counted.employees} employees${counted.payRates > 0 ? ` with ${counted.payRates} pay rates` : ''}`,
  );
  if (counted.employees !== expected.employees || counted.payRates !== expected.payRates)
    throw new Error(`expected ${expected.employees} employees with ${expected.payRates} pay rates`);
}

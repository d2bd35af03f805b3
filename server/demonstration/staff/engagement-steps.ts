import type { PersonView } from '#contract/access.ts';
import type { JsonAnswer } from '../call.ts';
import { customer, developer, owner } from '../cast.ts';
import { awaitMail, linkIn } from '../mailbox.ts';
import {
  customerPath,
  doneOrBefore,
  type Journey,
  madeOrThere,
  perform,
  reached,
  type Step,
} from '../step.ts';

const estimate = {
  title: 'Employees from the HR system into payroll',
  lines: [
    line('design', 'Field mapping and error handling', 'both', 'Integrations consultant', ['4', '6', '10']),
    line('build', 'Web API with webhooks both ways', 'web-api', 'Integrations consultant', ['8', '12', '22']),
    line('build', 'Employee files over SFTP', 'file-transfer', 'Integrations consultant', ['4', '6', '9']),
    line('test', 'Data audit and end-to-end tests', 'both', 'Payroll consultant', ['6', '8', '14']),
  ],
  assumptions: ['The customer can send webhooks and files from a test system.'],
  exclusions: ['Timesheets and leave.'],
  customerTasks: ['Unit and end-to-end tests (W5)', 'Test files in the sandbox (F4)'],
  environments: ['sandbox', 'production'],
  contingencyPercent: 10,
  adjustments: [] as object[],
  currency: 'NZD',
  validUntil: Temporal.Now.plainDateISO().add({ days: 45 }).toString(),
  termsVersion: '2026-1',
};

function line(
  phase: string,
  deliverable: string,
  track: string,
  role: string,
  hours: [string, string, string],
) {
  const [optimisticHours, likelyHours, pessimisticHours] = hours;
  return {
    phase,
    deliverable,
    track,
    role,
    optimisticHours,
    likelyHours,
    pessimisticHours,
    rateCents: 18_500,
    optional: false,
    taxable: true,
  };
}

const attendees = [
  { name: owner.name, email: owner.email, side: 'customer' },
  { name: 'Aroha Director', email: 'director@vendor.example', side: 'vendor' },
  { name: 'Ishaan Manager', email: 'manager@vendor.example', side: 'vendor' },
];

const estimatesPath = (journey: Journey) => `${customerPath(journey)}/estimates`;

async function theEstimate(journey: Journey): Promise<JsonAnswer | undefined> {
  const { json } = await journey.staff.manager.get(
    `${estimatesPath(journey)}?integration=${journey.integration.id}`,
  );
  const [row] = json.items;
  return row && (await journey.staff.manager.get(`${estimatesPath(journey)}/${row.id}`)).json;
}

/** What was said on the integration's ticket. */
async function threadOf(journey: Journey): Promise<JsonAnswer[]> {
  const { ticket } = journey.integration.links;
  return (await journey.staff.manager.get(`${customerPath(journey)}/tickets/${ticket}`)).json.thread;
}

/** E1 to E13: from the first conversation to the card that starts development. */
export const engagementSteps: Step[] = [
  {
    id: 'E0',
    title: 'The customer and its people are known',
    done: (journey) => (journey.customer?.contacts?.length ?? 0) >= 2,
    act: async (journey) => {
      const { director } = journey.staff;
      if (journey.customer === undefined) {
        const people: PersonView[] = (await director.get('/api/people')).json.items;
        const lead = people.find((person) => person.roles.includes('customer-team-lead'));
        await director.post('/api/customers', { ...customer, teamLead: lead?.id }, { expect: madeOrThere });
        await journey.refresh();
      }
      for (const contact of [owner, developer])
        await director.post(`${customerPath(journey)}/contacts`, contact, { expect: madeOrThere });
    },
  },
  {
    id: 'E1',
    title: 'Discovery begins; the opportunity is there',
    done: (journey) => journey.integration !== undefined,
    act: (journey) =>
      journey.staff.director.post(`${customerPath(journey)}/integrations`, {
        name: 'HR system to payroll',
        tracks: ['web-api', 'file-transfer'],
        webhooks: 'both',
        dataAudit: { 'web-api': true, 'file-transfer': true },
        requester: { name: owner.name, email: owner.email },
      }),
  },
  {
    id: 'E2',
    title: 'Discovery recorded; those to consult are asked',
    done: (journey) => reached(journey, 'consulting'),
    act: (journey) =>
      perform(journey, 'director', 'record-discovery', {
        businessNeed: 'New people are typed twice, and pay changes arrive late.',
        requiredOutcomes: [
          'New starters reach payroll the same day',
          'Pay changes are seen before the pay run',
        ],
      }),
  },
  {
    id: 'E3',
    title: 'Everyone asked has answered (FMS: the Customer Team Lead too)',
    done: (journey) => reached(journey, 'customer-meeting'),
    act: async (journey) => {
      const asked = journey.integration.records.consultation.filter(
        (one: JsonAnswer) => one.answeredAt === undefined,
      );
      for (const { seat } of asked)
        await perform(journey, seat === 'customer-team-lead' ? 'lead' : 'manager', 'answer-consultation', {
          answer: 'Feasible with the standard employee objects.',
        });
    },
  },
  {
    id: 'E4',
    title: 'Meeting held; the estimate asked for by mail to the helpdesk',
    done: (journey) => reached(journey, 'estimate-requested'),
    act: async (journey) => {
      if (journey.integration.records.meeting === undefined)
        await perform(journey, 'director', 'record-meeting', {
          minutes: 'Agreed on both tracks; data audit before go-live.',
          heldOn: Temporal.Now.plainDateISO().toString(),
          attendees,
        });
      await perform(journey, 'director', 'request-estimate', { message: 'Please prepare the estimate.' });
    },
  },
  {
    id: 'E5',
    title: 'The mail made the ticket by itself',
    done: (journey) => reached(journey, 'estimating'),
    act: async () => {},
  },
  {
    id: 'E6',
    title: 'A complete estimate is put before the Commercial Director',
    done: (journey) => reached(journey, 'in-review'),
    act: async (journey) => {
      const { manager } = journey.staff;
      const there = await theEstimate(journey);
      const id =
        there?.id ??
        (
          await manager.post(estimatesPath(journey), {
            integration: journey.integration.id,
            content: estimate,
          })
        ).json.id;
      await manager.post(`${estimatesPath(journey)}/${id}/submit`, undefined, { expect: doneOrBefore });
    },
  },
  {
    id: 'E7–E9',
    title: 'Reviewed, refined and finalised',
    done: (journey) => reached(journey, 'finalised'),
    act: async (journey) => {
      const { director, manager } = journey.staff;
      const one = (await theEstimate(journey)) as JsonAnswer;
      const path = `${estimatesPath(journey)}/${one.id}`;
      const newest = one.versions.at(-1);
      if (one.status === 'in-review' && one.round === 1) {
        if (one.comments.length === 0)
          await director.post(`${path}/comments`, {
            place: 'lines/4',
            text: 'They have been with us for years; can we meet them half-way?',
          });
        await director.post(`${path}/return`);
      } else if (one.status === 'refining') {
        if (newest.frozen)
          await manager.put(`${path}/draft`, {
            basedOn: { version: newest.number, revision: newest.revision },
            content: {
              ...estimate,
              adjustments: [
                { reasonCode: 'relationship', reason: 'A customer for many years', amountCents: -25_000 },
              ],
            },
          });
        for (const comment of one.comments.filter((each: JsonAnswer) => each.answer === null))
          await manager.post(`${path}/comments/${comment.id}/answer`, {
            answer: 'Lowered as a goodwill line.',
          });
        await manager.post(`${path}/submit`);
      } else if (one.status === 'in-review') await director.post(`${path}/finalise`);
    },
  },
  {
    id: 'E10',
    title: 'Sent to a person who may sign; the card is on the board',
    done: (journey) => reached(journey, 'sent'),
    act: async (journey) => {
      const one = (await theEstimate(journey)) as JsonAnswer;
      if (one.status !== 'finalised') return;
      const signer = journey.customer.contacts.find((each: JsonAnswer) => each.hasAuthority);
      await journey.staff.director.post(`${estimatesPath(journey)}/${one.id}/send`, {
        contacts: [signer.id],
      });
    },
  },
  {
    id: 'E10 mail',
    title: "The customer's question by mail stands on the ticket",
    done: async (journey) =>
      (await threadOf(journey)).some(({ kind, from }) => kind === 'mail' && from.address === owner.email),
    act: async (journey) => {
      const { subject, messageId, replyTo } = await awaitMail(
        journey.staff.administrator,
        owner.email,
        'estimate',
      );
      const text = 'Does this cover the seasonal people of our second packhouse as well?';
      const answer = { from: owner.email, to: replyTo, subject, inReplyTo: messageId, text };
      await journey.robot.do('answer-mail', answer);
    },
  },
  {
    id: 'E11',
    title: 'The customer signs off on the page behind its link',
    done: (journey) => reached(journey, 'signed-off'),
    act: async (journey) => {
      const { administrator } = journey.staff;
      const mail = await awaitMail(administrator, owner.email, 'estimate');
      const link = linkIn(mail.text);
      const { status } = await journey.robot.do('ask-for-code', { link });
      if (status !== 'open') return;
      const code = /\b\d{6}\b/.exec(
        (await awaitMail(administrator, owner.email, 'sign-off-code', mail.at)).text,
      )?.[0];
      await journey.robot.do('sign-off', { link, code, name: owner.name });
    },
  },
  {
    id: 'E12',
    title: 'The card is assigned: the signal to start',
    done: (journey) => reached(journey, 'development'),
    act: async (journey) => {
      if (journey.integration.links.card === undefined) return;
      await perform(journey, 'director', 'assign-card');
    },
  },
  {
    id: 'E13',
    title: 'The tracks begin',
    done: (journey) => reached(journey, 'tracks'),
    act: (journey) => perform(journey, 'manager', 'start-tracks'),
  },
];

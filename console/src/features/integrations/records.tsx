import type { ReactNode } from 'react';
import { type IntegrationView, invitationAnswerNames } from '#contract/integrations.ts';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { CalendarDate, RelativeTime, ZonedTime } from '../../ui/time.tsx';

const answerTones = {
  accepted: 'positive',
  declined: 'critical',
  tentative: 'caution',
  'other-time': 'caution',
} as const;

/** What people recorded: discovery, consultation, meeting, scope. */
export function Records({ integration }: { integration: IntegrationView }) {
  const { discovery, consultation, invitation, meeting, onboarding, scope, change } = integration.records;
  const none =
    !discovery && consultation.length === 0 && !invitation && !meeting && !onboarding && !scope && !change;
  if (none)
    return (
      <EmptyState title="Nothing is recorded yet">
        Discovery, consultation and the customer meeting appear here.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-4">
      {discovery ? (
        <Record title="Discovery" by={discovery.by} at={discovery.at}>
          <p className="whitespace-pre-wrap">{discovery.businessNeed}</p>
          <ul className="mt-2 list-disc pl-5">
            {discovery.requiredOutcomes.map((outcome) => (
              <li key={outcome}>{outcome}</li>
            ))}
          </ul>
        </Record>
      ) : null}
      {consultation.map((one) => (
        <Record
          key={`${one.seat}${one.askedAt}`}
          title={`Consultation: ${one.person}`}
          by={one.answeredAt ? one.person : undefined}
          at={one.answeredAt ?? one.askedAt}
        >
          {one.answer ? <p className="whitespace-pre-wrap">{one.answer}</p> : null}
          {one.questions?.map((question) => (
            <p key={question}>{question}</p>
          ))}
          {!one.answer && !one.questions ? <p className="text-muted">Asked, no answer yet.</p> : null}
        </Record>
      ))}
      {invitation ? (
        <Record title={invitation.cancelledAt ? 'Calendar invitation, cancelled' : 'Calendar invitation'}>
          <p className="text-muted">
            <ZonedTime at={invitation.startsAt} />, {invitation.minutes} minutes
            {invitation.place ? `, ${invitation.place}` : ''}
          </p>
          <ul className="mt-1 flex flex-col gap-1">
            {invitation.attendees.map((one) => (
              <li key={one.email} className="break-words">
                {one.name} <span className="break-all text-muted">&lt;{one.email}&gt;</span>{' '}
                <Badge tone={one.answer ? answerTones[one.answer] : 'neutral'}>
                  {one.answer ? invitationAnswerNames[one.answer] : 'no answer yet'}
                </Badge>
                {one.comment ? <span className="block text-muted">{one.comment}</span> : null}
              </li>
            ))}
          </ul>
        </Record>
      ) : null}
      {meeting ? (
        <Record title="Customer meeting" by={meeting.by} at={meeting.at}>
          <p className="text-muted">
            Held on <CalendarDate date={meeting.heldOn} />
          </p>
          <p className="mt-1 whitespace-pre-wrap">{meeting.minutes}</p>
          <p className="mt-2 text-muted">{meeting.attendees.map((one) => one.name).join(', ')}</p>
        </Record>
      ) : null}
      {onboarding ? (
        <Record title="Onboarding project">
          <p>{onboarding.projectReference}</p>
          <p className="text-muted">{onboarding.contractClause}</p>
        </Record>
      ) : null}
      {scope ? (
        <Record
          title={scope.decision === 'in-scope' ? 'In scope' : 'Out of scope'}
          by={scope.by}
          at={scope.at}
        >
          <p>{scope.clause}</p>
        </Record>
      ) : null}
      {change ? (
        <Record title={`Change request ${change.number}`}>
          {change.reference ? <p>{change.reference}</p> : null}
        </Record>
      ) : null}
    </div>
  );
}

function Record({
  title,
  by,
  at,
  children,
}: {
  title: string;
  by?: string | undefined;
  at?: string;
  children?: ReactNode;
}) {
  return (
    <article className="rounded-card border bg-raised px-4 py-3">
      <header className="mb-1 flex flex-wrap items-baseline justify-between gap-2">
        <h3 className="font-semibold">{title}</h3>
        <span className="text-small text-muted">
          {by} {at ? <RelativeTime at={at} /> : null}
        </span>
      </header>
      {children}
    </article>
  );
}

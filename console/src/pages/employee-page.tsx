import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import { customerView } from '#contract/customers.ts';
import { employeeView, historyEntry } from '#contract/employee-views.ts';
import { useApi } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { environmentPath } from '../features/environment-path.ts';
import { Findings } from '../features/payroll/findings.tsx';
import { SamePerson } from '../features/payroll/identity.tsx';
import { RevealButton, RevealDialog, type RevealField } from '../features/payroll/reveal.tsx';
import { Badge } from '../ui/badge.tsx';
import type { EnvironmentName } from '../ui/environment-switch.tsx';
import { Fact, FactList } from '../ui/facts.tsx';
import { History, sayKind } from '../ui/history.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { CalendarDate, Nothing, sayDate } from '../ui/time.tsx';

const statusNames = { pending: 'Not started', active: 'Active', terminated: 'Ended' };
const historyList = z.object({ items: z.array(historyEntry), next: z.null() });

/** One employee: what is true today, masked; every reveal asks for a reason and is logged. */
export function EmployeePage() {
  const { customer, employee } = useParams({ strict: false }) as { customer: string; employee: string };
  const search = useSearch({ strict: false }) as { environment?: string; tab?: string };
  const environment: EnvironmentName = search.environment === 'production' ? 'production' : 'sandbox';
  const navigate = useNavigate();
  const path = `${environmentPath({ customer, environment })}/employees/${employee}`;
  const query = useApi(path, employeeView);
  const [revealing, setRevealing] = useState<RevealField>();
  const whose = useApi(`/api/customers/${customer}`, customerView);
  const crumbs = [
    { label: whose.data?.code ?? '…', to: `/customers/${customer}` },
    { label: 'Employees', to: `/customers/${customer}/employees?environment=${environment}` },
  ];
  const frame = {
    crumbs,
    environment: {
      value: environment,
      onChange: (value: EnvironmentName) =>
        void navigate({ to: `/customers/${customer}/employees`, search: { environment: value } as never }),
    },
  };
  if (query.error && !query.data)
    return (
      <Page title="Employee" {...frame}>
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  if (!query.data)
    return (
      <Page title="Employee" {...frame}>
        <SkeletonLines lines={8} />
      </Page>
    );
  const { employee: one, findings, samePerson, pending, held } = query.data;
  const person = one.person;
  const name = person
    ? `${person.preferredName ?? person.legalFirstName} ${person.legalLastName}`
    : one.employeeNumber;
  const job = one.employment;
  const tax = one.taxNz;
  const reveal = (field: RevealField, label: string) => (
    <RevealButton field={field} label={label} onReveal={setRevealing} />
  );
  return (
    <Page
      title={name}
      {...frame}
      lead={
        <span className="flex flex-wrap items-center gap-2">
          <span>
            {one.companyCode} {one.employeeNumber}
          </span>
          <Badge tone={one.status === 'active' ? 'positive' : 'neutral'}>{statusNames[one.status]}</Badge>
          <span>version {one.version}</span>
          {pending.map((change) => (
            <Badge key={`${change.kind}${change.effectiveFrom}`} tone="info">
              {sayKind(change.kind)} from <CalendarDate date={change.effectiveFrom} />
            </Badge>
          ))}
          {held.length > 0 ? <Badge tone="caution">Bank change waits for a second person</Badge> : null}
        </span>
      }
    >
      <Findings items={findings} />
      <SamePerson
        items={samePerson}
        path={path}
        listPath={`/customers/${customer}/employees`}
        environment={environment}
      />
      <Tabs
        label="Employee"
        value={search.tab ?? 'now'}
        onChange={(tab) => void navigate({ to: '.', search: { environment, tab } as never, replace: true })}
        tabs={[
          {
            value: 'now',
            label: 'Now',
            content: (
              <div className="grid gap-x-12 gap-y-8 md:grid-cols-2">
                <FactList title="Person">
                  <Fact name="Legal name">
                    <Value
                      text={
                        person
                          ? [person.legalFirstName, person.legalMiddleNames, person.legalLastName]
                              .filter(Boolean)
                              .join(' ')
                          : null
                      }
                    />
                  </Fact>
                  <Fact name="Birth date">
                    <Value text={person?.dateOfBirth && sayDate(person.dateOfBirth)} />{' '}
                    {reveal('dateOfBirth', 'birth date')}
                  </Fact>
                  <Fact name="Work mail">
                    <Value text={person?.workEmail} />
                  </Fact>
                  <Fact name="Contact">
                    <Value
                      text={[person?.personalEmail, person?.mobile, person?.address?.city]
                        .filter(Boolean)
                        .join(', ')}
                    />{' '}
                    {reveal('contact', 'contact details')}
                  </Fact>
                </FactList>
                <FactList title="Employment">
                  <Fact name="Position">
                    <Value text={job?.positionTitle} />
                  </Fact>
                  <Fact name="Type">
                    <Value text={job ? sayKind(job.employmentType) : null} />
                  </Fact>
                  <Fact name="Department">
                    <Value text={job?.departmentCode} />
                  </Fact>
                  <Fact name="Location">
                    <Value text={job?.locationCode} />
                  </Fact>
                  <Fact name="Started">
                    <CalendarDate date={job?.startDate} />
                  </Fact>
                  <Fact name="Ends">
                    <CalendarDate date={job?.endDate} />
                  </Fact>
                  <Fact name="Pay group">
                    <Value text={job ? `${job.payGroupCode ?? '–'}, ${job.payFrequency ?? '–'}` : null} />
                  </Fact>
                </FactList>
                <FactList title="Tax and KiwiSaver">
                  <Fact name="IRD number">
                    <Value text={tax?.irdNumber} /> {reveal('irdNumber', 'IRD number')}
                  </Fact>
                  <Fact name="Tax code">
                    <Value text={tax?.taxCode} />
                  </Fact>
                  <Fact name="KiwiSaver">
                    <Value
                      text={
                        one.kiwiSaver?.status
                          ? `${one.kiwiSaver.status}, ${one.kiwiSaver.employeeRatePercent ?? '–'} %`
                          : null
                      }
                    />
                  </Fact>
                </FactList>
                <FactList title="Pay">
                  <Fact name="Bank accounts">
                    {one.bankAccounts.length === 0 ? <Nothing /> : null}
                    {one.bankAccounts.map((account, index) => (
                      <span key={account.account} className={index > 0 ? 'block' : undefined}>
                        <code className="font-mono text-code">{account.account}</code>
                      </span>
                    ))}{' '}
                    {reveal('bankAccounts', 'bank accounts')}
                  </Fact>
                  <Fact name="Pay rates">
                    {one.payRates.length === 0 ? <Nothing /> : null}
                    {one.payRates.map((rate, index) => (
                      <span
                        key={`${rate.effectiveFrom}${rate.rateType}`}
                        className={index > 0 ? 'block' : undefined}
                      >
                        <CalendarDate date={rate.effectiveFrom} />: {rate.amount ?? '•••••'} {rate.currency}{' '}
                        <span className="text-muted">{sayKind(rate.rateType)}</span>
                      </span>
                    ))}{' '}
                    {reveal('payRates', 'pay rates')}
                  </Fact>
                </FactList>
              </div>
            ),
          },
          { value: 'history', label: 'History', content: <EmployeeHistory path={path} /> },
        ]}
      />
      {revealing ? (
        <RevealDialog path={path} field={revealing} onClose={() => setRevealing(undefined)} />
      ) : null}
    </Page>
  );
}

function Value({ text }: { text: string | null | undefined }): ReactNode {
  return text ? <span>{text}</span> : <Nothing />;
}

const groupNames: Record<string, string> = {
  person: 'Person',
  employment: 'Employment',
  taxNz: 'Tax',
  taxAu: 'Tax (Australia)',
  kiwiSaver: 'KiwiSaver',
  bankAccounts: 'Bank accounts',
  payRates: 'Pay rate',
  ending: 'Ending',
};

function EmployeeHistory({ path }: { path: string }) {
  const query = useApi(`${path}/history`, historyList);
  if (query.error && !query.data)
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonLines />;
  return (
    <History
      kindNames={groupNames}
      items={query.data.items.map((entry, index) => ({
        key: `${entry.group}${entry.recordedAt}${index}`,
        at: entry.recordedAt,
        kind: entry.group,
        who: groupNames[entry.group] ?? entry.group,
        whoKind: 'system',
        sentence: (
          <>
            true from <CalendarDate date={entry.effectiveFrom} />
            {entry.supersededAt ? ', replaced later' : ''}, by {entry.source}
          </>
        ),
        proof: (
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 rounded-control border bg-surface px-3 py-2 font-mono text-code">
            {Object.entries(entry.values).map(([key, value]) => (
              <div key={key} className="contents">
                <dt className="text-muted">{key}</dt>
                <dd className="break-all">
                  {typeof value === 'object' ? JSON.stringify(value) : String(value)}
                </dd>
              </div>
            ))}
          </dl>
        ),
      }))}
    />
  );
}

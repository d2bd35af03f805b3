import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { customerView } from '#contract/customers.ts';
import { useMe } from '../api/me.ts';
import { useApi } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { ScenariosPanel } from '../features/certification/scenarios-panel.tsx';
import { CredentialsPanel } from '../features/credentials/credentials-panel.tsx';
import { Overview } from '../features/customers/overview.tsx';
import { DataAuditsPanel } from '../features/data-audits/data-audits-panel.tsx';
import type { Place } from '../features/environment-path.ts';
import { UsagePanel } from '../features/fair-use/usage-panel.tsx';
import { Accounts, Formats } from '../features/file-exchange/accounts.tsx';
import { Exchanges } from '../features/file-exchange/exchanges.tsx';
import { Transfers } from '../features/file-exchange/transfers.tsx';
import { Deliveries, Inbound } from '../features/webhooks/deliveries.tsx';
import { Endpoints } from '../features/webhooks/endpoints.tsx';
import { Receivers } from '../features/webhooks/receivers.tsx';
import { buttonClass } from '../ui/button.tsx';
import type { EnvironmentName } from '../ui/environment-switch.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';

/** One customer with both environments: overview, credentials, webhooks, files, audits, scenarios, fair use. */
export function CustomerPage() {
  const { customer } = useParams({ strict: false }) as { customer: string };
  const search = useSearch({ strict: false }) as { tab?: string; environment?: string };
  const navigate = useNavigate();
  const portal = useMe().customer !== null;
  const query = useApi(`/api/customers/${customer}`, customerView);
  const tab = search.tab ?? 'overview';
  const environment: EnvironmentName = search.environment === 'production' ? 'production' : 'sandbox';
  const crumbs = portal ? [] : [{ label: 'Customers', to: '/customers' }];
  const go = (change: Record<string, string>) =>
    void navigate({ to: '.', search: { tab, environment, ...change } as never, replace: true });
  if (query.error && !query.data)
    return (
      <Page title="Customer" crumbs={crumbs} width="narrow">
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  if (!query.data)
    return (
      <Page title="Customer" crumbs={crumbs}>
        <SkeletonLines lines={8} />
      </Page>
    );
  const place: Place = { customer, environment };
  const panels: [string, string, ReactNode][] = [
    ['overview', 'Overview', <Overview key="overview" customer={query.data} />],
    ['credentials', 'Credentials', <CredentialsPanel key="credentials" place={place} />],
    [
      'webhooks',
      'Webhooks',
      <div key="webhooks" className="flex flex-col gap-8">
        <Endpoints place={place} />
        <Receivers place={place} />
        <Deliveries place={place} />
        <Inbound place={place} />
      </div>,
    ],
    [
      'files',
      'Files',
      <div key="files" className="flex flex-col gap-8">
        <Accounts place={place} />
        <Formats place={place} />
        <Exchanges place={place} />
        <Transfers place={place} />
      </div>,
    ],
    ['audits', 'Data audits', <DataAuditsPanel key="audits" place={place} />],
    ['scenarios', 'Scenarios', <ScenariosPanel key="scenarios" place={place} />],
    ['usage', 'Fair use', <UsagePanel key="usage" place={place} />],
  ];
  return (
    <Page
      title={query.data.name}
      crumbs={crumbs}
      environment={
        tab === 'overview'
          ? undefined
          : { value: environment, onChange: (value) => go({ environment: value }) }
      }
      action={
        portal ? null : (
          <Link
            className={buttonClass()}
            to={`/customers/${customer}/employees`}
            search={{ environment } as never}
          >
            Employees
          </Link>
        )
      }
    >
      <Tabs
        label="Customer"
        value={tab}
        onChange={(value) => go({ tab: value })}
        tabs={panels.map(([value, label, content]) => ({
          value,
          label,
          content: value === tab ? content : null,
        }))}
      />
    </Page>
  );
}

import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import Ellipsis from 'lucide-react/icons/ellipsis';
import { useState } from 'react';
import {
  type AllowedAction,
  type GateView,
  type IntegrationView,
  integrationView,
} from '#contract/integrations.ts';
import { act } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { useAct, useApi } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { ActionDialog, type ChosenAction } from '../features/integrations/action-dialog.tsx';
import { Facts } from '../features/integrations/facts.tsx';
import { NextCard } from '../features/integrations/next-card.tsx';
import { Records } from '../features/integrations/records.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Evidence } from '../ui/gate.tsx';
import { History } from '../ui/history.tsx';
import { Menu } from '../ui/menu.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { StepRail } from '../ui/step-rail.tsx';
import { Tabs } from '../ui/tabs.tsx';

/** One integration: what is next and whose it is, the steps with their gates, history, records. */
export function IntegrationPage() {
  const { customer, integration } = useParams({ strict: false }) as { customer: string; integration: string };
  const query = useApi(`/api/customers/${customer}/integrations/${integration}`, integrationView);
  const portal = useMe().customer !== null;
  const crumbs = portal
    ? [{ label: 'Your integrations', to: '/' }]
    : [
        { label: 'Customers', to: '/customers' },
        { label: query.data?.customer.code ?? '…', to: `/customers/${customer}` },
      ];
  if (query.error && !query.data)
    return (
      <Page title="Integration" crumbs={crumbs} width="narrow">
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  if (!query.data)
    return (
      <Page title="Integration" crumbs={crumbs}>
        <SkeletonLines lines={10} />
      </Page>
    );
  return <Loaded view={query.data} crumbs={crumbs} portal={portal} />;
}

function Loaded({
  view,
  crumbs,
  portal,
}: {
  view: IntegrationView;
  crumbs: { label: string; to: string }[];
  portal: boolean;
}) {
  const [chosen, setChosen] = useState<ChosenAction>();
  const search = useSearch({ strict: false }) as { tab?: string };
  const navigate = useNavigate();
  const base = `/customers/${view.customer.id}`;
  const createEstimate = useAct<void, { id: string }>({
    run: () => act('POST', `/api${base}/estimates`, { integration: view.id, title: view.name }),
    onDone: (made) => void navigate({ to: `${base}/estimates/${made.id}` }),
  });
  const choose = (action: AllowedAction) => {
    if (estimateActions.has(action.action) || action.action.startsWith('estimate')) {
      if (view.links.estimate) void navigate({ to: `${base}/estimates/${view.links.estimate}` });
      else createEstimate.mutate();
      return;
    }
    const gate = view.steps.flatMap((step) => step.gates).find((one) => one.id === action.gate);
    setChosen({ action: action.action, title: action.title, gate: action.gate, gateTitle: gate?.title });
  };
  const others = view.actions.filter((action) => !action.primary && !action.gate);
  const ending = new Set(['cancel', 'hold', 'close']);
  const item = (action: AllowedAction) => ({
    label: action.title,
    critical: action.action === 'cancel',
    onSelect: () => choose(action),
  });
  const onEstimate = ['estimating', 'out-of-scope', 'in-review', 'refining', 'finalised', 'sent'].includes(
    view.state,
  );
  const needsEstimate =
    !view.links.estimate &&
    ['estimating', 'out-of-scope'].includes(view.state) &&
    view.next.mine &&
    !view.actions.some((one) => estimateActions.has(one.action));
  return (
    <Page
      title={view.name}
      crumbs={crumbs}
      lead={
        <span className="flex flex-wrap items-center gap-2">
          <code className="font-mono text-code">{view.number}</code>
          <span>{view.customer.name}</span>
          <Badge tone={view.phase === 'live' ? 'positive' : view.phase === 'ended' ? 'neutral' : 'accent'}>
            {view.stateName}
          </Badge>
          {view.stale > 0 ? <Badge tone="caution">{view.stale} stale</Badge> : null}
          {view.diverged.map((one) => (
            <Badge key={one} tone="caution">
              Diverged: {one}
            </Badge>
          ))}
        </span>
      }
      action={
        others.length > 0 ? (
          <Menu
            trigger={<Button icon={<Ellipsis aria-hidden className="size-4" />}>More</Button>}
            groups={[
              others.filter((one) => !ending.has(one.action)).map(item),
              others.filter((one) => ending.has(one.action)).map(item),
            ]}
          />
        ) : null
      }
    >
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_300px] xl:grid-cols-[minmax(0,1fr)_340px]">
        <div className="flex min-w-0 flex-col gap-5">
          <NextCard
            integration={view}
            onAction={choose}
            leads={view.next.mine && (needsEstimate || (onEstimate && Boolean(view.links.estimate)))}
          >
            {needsEstimate ? (
              <Button look="primary" busy={createEstimate.isPending} onClick={() => createEstimate.mutate()}>
                Start the estimate
              </Button>
            ) : onEstimate && view.links.estimate ? (
              <Link
                className={buttonClass(view.next.mine ? 'primary' : 'plain')}
                to={`${base}/estimates/${view.links.estimate}`}
              >
                Open the estimate
              </Link>
            ) : null}
          </NextCard>
          <Tabs
            label="Integration"
            value={search.tab ?? 'steps'}
            onChange={(tab) => void navigate({ to: '.', search: { tab } as never, replace: true })}
            tabs={[
              {
                value: 'steps',
                label: 'Steps',
                content: (
                  <StepRail
                    steps={view.steps}
                    gateActions={(gate) => <GateActions gate={gate} view={view} onChoose={setChosen} />}
                  />
                ),
              },
              {
                value: 'history',
                label: 'History',
                count: view.history.length,
                content: (
                  <History
                    items={view.history.map((entry) => ({
                      key: String(entry.sequence),
                      at: entry.at,
                      kind: entry.kind,
                      who: entry.who,
                      whoKind: entry.whoKind,
                      sentence: entry.sentence,
                      proof: entry.evidence ? <Evidence piece={entry.evidence} /> : undefined,
                    }))}
                  />
                ),
              },
              { value: 'records', label: 'Records', content: <Records integration={view} /> },
            ]}
          />
        </div>
        <aside aria-label="About this integration" className="min-w-0 lg:border-l lg:pl-6">
          <Facts integration={view} portal={portal} />
        </aside>
      </div>
      {chosen ? (
        <ActionDialog integration={view} chosen={chosen} onClose={() => setChosen(undefined)} />
      ) : null}
    </Page>
  );
}

/** Acts that happen on the estimate's own page. */
const estimateActions = new Set([
  'submit-estimate',
  'open-estimate',
  'create-estimate',
  'prepare-estimate',
  'review-estimate',
]);

function GateActions({
  gate,
  view,
  onChoose,
}: {
  gate: GateView;
  view: IntegrationView;
  onChoose(chosen: ChosenAction): void;
}) {
  const own = view.actions.filter((one) => one.gate === gate.id);
  const named = (action: string) => own.find((one) => one.action === action);
  const chosen = (action: string, title: string) => () =>
    onChoose({ action, title, gate: gate.id, gateTitle: gate.title });
  const confirm = gate.canConfirm || named('confirm-gate');
  const waive = gate.canWaive || named('waive-gate');
  const rest = own.filter((one) => one.action !== 'confirm-gate' && one.action !== 'waive-gate');
  if (!confirm && !waive && rest.length === 0) return null;
  return (
    <>
      {rest.map((one) => (
        <Button
          key={one.action}
          small
          look="primary"
          onClick={() => onChoose({ action: one.action, title: one.title, gateTitle: gate.title })}
        >
          {one.title}
        </Button>
      ))}
      {confirm ? (
        <Button small onClick={chosen('confirm-gate', 'Confirm')}>
          Confirm
        </Button>
      ) : null}
      {waive ? (
        <Button small look="quiet" onClick={chosen('waive-gate', 'Waive')}>
          Waive
        </Button>
      ) : null}
    </>
  );
}

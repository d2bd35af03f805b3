import { Link, useParams } from '@tanstack/react-router';
import Eye from 'lucide-react/icons/eye';
import FileText from 'lucide-react/icons/file-text';
import { useState } from 'react';
import { customerView } from '#contract/customers.ts';
import { type EstimateVersionView, type EstimateView, estimateView } from '#contract/estimates.ts';
import { integrationList, integrationView } from '#contract/integrations.ts';
import { act } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { useAct, useApi } from '../api/use-api.ts';
import { type Crumb, Page, Section } from '../app/page.tsx';
import { Comments } from '../features/estimates/comments.tsx';
import { ContentEditor, ContentView } from '../features/estimates/content-editor.tsx';
import { faultsIn, statusNames, statusTones } from '../features/estimates/draft.ts';
import { DraftConflict, LostTurn } from '../features/estimates/draft-conflict.tsx';
import { LineTable } from '../features/estimates/line-table.tsx';
import { ConfirmDialog, SendDialog } from '../features/estimates/send-dialogs.tsx';
import { Totals } from '../features/estimates/totals.tsx';
import { latestOf, markOf, useDraft } from '../features/estimates/use-draft.ts';
import { VersionList } from '../features/estimates/version-list.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { ErrorSummary } from '../ui/field.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { UnsavedGuard } from '../ui/unsaved-guard.tsx';

const integrationsOfCustomer = integrationList.omit({ phases: true });

/** Steps that go by what the person has before them. */
const seesPresent = new Set(['submit', 'return', 'finalise']);

/** The estimate editor: lines, words, terms; versions, review comments, finalising and sending. */
export function EstimatePage() {
  const { customer, estimate } = useParams({ strict: false }) as { customer: string; estimate: string };
  const path = `/api/customers/${customer}/estimates/${estimate}`;
  const query = useApi(path, estimateView);
  const whose = useApi(`/api/customers/${customer}`, customerView);
  const integrations = useApi(`/api/customers/${customer}/integrations`, integrationsOfCustomer);
  const integration = integrations.data?.items.find((one) => one.id === query.data?.integration);
  const crumbs: Crumb[] = [
    { label: whose.data?.code ?? '…', to: `/customers/${customer}` },
    ...(integration
      ? [{ label: integration.name, to: `/customers/${customer}/integrations/${integration.id}` }]
      : []),
  ];
  if (query.error && !query.data)
    return (
      <Page title="Estimate" crumbs={crumbs} width="narrow">
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  if (!query.data)
    return (
      <Page title="Estimate" crumbs={crumbs}>
        <SkeletonLines lines={10} />
      </Page>
    );
  return <Loaded key={query.data.id} estimate={query.data} customer={customer} path={path} crumbs={crumbs} />;
}

function Loaded({
  estimate,
  customer,
  path,
  crumbs,
}: {
  estimate: EstimateView;
  customer: string;
  path: string;
  crumbs: Crumb[];
}) {
  const staff = useMe().customer === null;
  const present = latestOf(estimate);
  const [shown, setShown] = useState<number>();
  const version = estimate.versions.find((one) => one.number === shown) ?? present;
  const editable = estimate.may.includes('edit') && version === present;
  const draft = useDraft(path, present, editable);
  const [showFaults, setShowFaults] = useState(false);
  const [dialog, setDialog] = useState<'send' | 'confirm'>();
  const editing = editable ? draft.content : undefined;
  const content = editing ?? version?.content;
  const { dirty } = draft;
  const step = useAct<{ name: string; done: string; seen: EstimateVersionView }>({
    run: ({ name, seen }) =>
      act('POST', `${path}/${name}`, seesPresent.has(name) ? { basedOn: markOf(seen) } : {}),
    done: (_, { done }) => done,
  });
  const integration = useApi(
    dialog === 'confirm' && estimate.integration
      ? `/api/customers/${customer}/integrations/${estimate.integration}`
      : undefined,
    integrationView,
  );
  if (!version || !content) return null;
  const may = (what: EstimateView['may'][number]) => estimate.may.includes(what);
  const faults = editing ? faultsIn(editing) : [];
  const trySave = async () => {
    setShowFaults(true);
    return faults.length > 0 || draft.conflict ? undefined : draft.saveNow();
  };
  const go = async (name: string, done: string) => {
    const seen = dirty ? await trySave() : present;
    if (seen) step.mutate({ name, done, seen });
  };
  return (
    <Page
      title={content.title || estimate.title}
      crumbs={crumbs}
      lead={
        <span className="flex flex-wrap items-center gap-2">
          <Badge tone={statusTones[estimate.status]}>{statusNames[estimate.status]}</Badge>
          <span>
            Version {version.number}
            {version.frozen ? ', frozen' : ''}, by {version.author} <RelativeTime at={version.at} />
          </span>
          {estimate.round > 1 ? <span>round {estimate.round}</span> : null}
          {estimate.changeNumber ? <span>change request {estimate.changeNumber}</span> : null}
        </span>
      }
      action={
        <>
          {staff ? (
            <Link
              className={buttonClass()}
              to={`/customers/${customer}/estimates/${estimate.id}/preview`}
              aria-label="Preview as the customer"
            >
              <Eye aria-hidden className="size-4" /> Preview
            </Link>
          ) : null}
          <a
            className={buttonClass()}
            href={`${path}/versions/${version.number}/pdf`}
            target="_blank"
            rel="noreferrer"
          >
            <FileText aria-hidden className="size-4" /> PDF
          </a>
          {editable ? (
            <Button
              busy={draft.save.isPending}
              disabled={!dirty || draft.conflict !== undefined}
              onClick={() => void trySave()}
            >
              {dirty ? 'Save' : 'Saved'}
            </Button>
          ) : null}
          {may('return') ? (
            <Button onClick={() => void go('return', 'Given back to be refined')}>Ask for changes</Button>
          ) : null}
          {may('revise') ? (
            <Button onClick={() => void go('revise', 'A new version is open')}>Make a new version</Button>
          ) : null}
          {may('submit') ? (
            <Button
              look="primary"
              busy={step.isPending}
              onClick={() => void go('submit', 'Put before the Commercial Director')}
            >
              Ask for review
            </Button>
          ) : null}
          {may('finalise') ? (
            <Button
              look="primary"
              busy={step.isPending}
              onClick={() => void go('finalise', 'Estimate finalised')}
            >
              Finalise
            </Button>
          ) : null}
          {may('confirm') ? <Button onClick={() => setDialog('confirm')}>Accepted by mail</Button> : null}
          {may('send') ? (
            <Button look="primary" onClick={() => setDialog('send')}>
              Send estimate
            </Button>
          ) : null}
        </>
      }
    >
      <UnsavedGuard dirty={dirty} />
      <div className="mb-8 flex flex-col gap-4">
        {showFaults ? <ErrorSummary errors={faults} /> : null}
        {draft.conflict && present && editable ? (
          <DraftConflict
            saved={present}
            both={draft.conflict.both}
            onKeepMine={draft.keepMine}
            onTakeTheirs={draft.discard}
          />
        ) : null}
        {draft.unsaved && !may('edit') ? (
          <LostTurn content={draft.unsaved} onDiscard={draft.discard} />
        ) : null}
        {estimate.changeRequest ? (
          <p className="rounded-card border border-caution/50 bg-caution/7 px-4 py-3">
            <span className="font-semibold">The customer asks for a change: </span>
            {estimate.changeRequest}
          </p>
        ) : null}
        <Section title="Lines">
          {editing ? (
            <LineTable
              lines={editing.lines}
              currency={editing.currency}
              onChange={(lines) => draft.change({ ...editing, lines })}
            />
          ) : (
            <LineTable lines={content.lines} currency={content.currency} />
          )}
        </Section>
      </div>
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="flex min-w-0 flex-col gap-4">
          {editing ? (
            <ContentEditor content={editing} onChange={(change) => draft.change({ ...editing, ...change })} />
          ) : (
            <ContentView content={content} vendorOnly={staff} adjusters={version.adjusters} />
          )}
        </div>
        <aside aria-label="About this estimate" className="flex min-w-0 flex-col gap-6">
          <section aria-label="Totals" className="rounded-card border bg-raised p-4">
            <Totals
              totals={version.totals}
              gstPercent={version.gstPercent}
              currency={content.currency}
              vendorOnly={staff}
            />
            {dirty ? (
              <p className="mt-2 text-small text-caution">Not saved: the figures follow when you save.</p>
            ) : null}
          </section>
          <Comments estimate={estimate} path={path} />
          <VersionList estimate={estimate} shown={version.number} onShow={setShown} />
          {estimate.integration ? (
            <Link
              className="text-accent underline underline-offset-2"
              to={`/customers/${customer}/integrations/${estimate.integration}`}
            >
              Back to the integration
            </Link>
          ) : null}
        </aside>
      </div>
      {dialog === 'send' ? (
        <SendDialog customer={customer} path={path} onClose={() => setDialog(undefined)} />
      ) : null}
      {dialog === 'confirm' && (integration.data || !estimate.integration || integration.error) ? (
        <ConfirmDialog
          customer={customer}
          path={path}
          ticket={integration.data?.links.ticket}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
    </Page>
  );
}

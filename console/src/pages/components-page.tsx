import { useState } from 'react';
import { StandAlone } from '../app/stand-alone.tsx';
import { Controls } from '../features/components/controls.tsx';
import { Forms } from '../features/components/forms.tsx';
import {
  attempts,
  fileErrors,
  gates,
  historyItems,
  lateSteps,
  longName,
  type SampleRow,
  sampleRows,
  stages,
  stagesDone,
  stagesWaiting,
  steps,
  usageDays,
} from '../features/components/samples.ts';
import { Specimen } from '../features/components/specimen.tsx';
import { Surfaces } from '../features/components/surfaces.tsx';
import { AttemptLog } from '../ui/attempt-log.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { FileTimeline } from '../ui/file-timeline.tsx';
import { Gate } from '../ui/gate.tsx';
import { History } from '../ui/history.tsx';
import { Meter } from '../ui/meter.tsx';
import { Progress } from '../ui/progress.tsx';
import { SecretCard, StoredSecret } from '../ui/secret-card.tsx';
import { EmptyState, ErrorState, SkeletonLines } from '../ui/states.tsx';
import { StepRail } from '../ui/step-rail.tsx';
import { type Column, Table } from '../ui/table.tsx';

const columns: Column<SampleRow>[] = [
  {
    id: 'name',
    header: 'Customer',
    value: (row) => row.name,
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  { id: 'state', header: 'State', value: (row) => row.state, cell: (row) => <Badge>{row.state}</Badge> },
  { id: 'hours', header: 'Hours', value: (row) => row.hours, cell: (row) => row.hours, align: 'right' },
];
const many = sampleRows(10_000);
const one = [{ id: '0', name: longName, state: 'Live', hours: 3 }];

/** Every piece of the console in every state, in both densities. */
export function ComponentsPage() {
  const [portal, setPortal] = useState(false);
  return (
    <StandAlone title="Components" wide density={portal ? 'portal' : 'console'}>
      <div className="flex flex-wrap items-center justify-between gap-3 pb-6">
        <h1 className="text-display">Components</h1>
        <Button onClick={() => setPortal(!portal)}>
          {portal ? 'Show them as in the console' : 'Show them as in the portal'}
        </Button>
      </div>
      <div className="flex flex-col gap-8">
        <Controls />
        <Forms />
        <Surfaces />
        <Specimen title="Gate">
          <ul>
            {gates.map((gate) => (
              <Gate
                key={gate.id}
                gate={gate}
                actions={
                  gate.status === 'waiting' ? (
                    <>
                      <Button small>Confirm</Button>
                      <Button small look="quiet">
                        Waive
                      </Button>
                    </>
                  ) : null
                }
              />
            ))}
          </ul>
        </Specimen>
        <Specimen title="Rail of steps">
          <StepRail steps={steps} />
          <StepRail steps={lateSteps} />
        </Specimen>
        <Specimen title="History">
          <History items={historyItems} />
          <History items={[]} />
        </Specimen>
        <Specimen title="Table, ten thousand rows">
          <Table
            label="Sample customers"
            rows={many}
            columns={columns}
            rowId={(row) => row.id}
            onOpen={() => undefined}
            bulk={(rows, clear) => (
              <Button small onClick={clear}>
                Let go of {rows.length}
              </Button>
            )}
          />
        </Specimen>
        <Specimen title="Table, of which the server has more">
          <Table
            label="Searched customers"
            name="searched"
            rows={many.slice(0, 4)}
            total={9_400}
            openId="1"
            columns={columns}
            rowId={(row) => row.id}
            onOpen={() => undefined}
            onMore={() => undefined}
            searched={{ all: async () => many, more: true, sorts: true }}
          />
        </Specimen>
        <Specimen title="Table, one row with a long name">
          <Table label="One customer" name="one" plain rows={one} columns={columns} rowId={(row) => row.id} />
        </Specimen>
        <Specimen title="Table, empty and loading">
          <Table
            label="No customers"
            name="none"
            rows={[] as SampleRow[]}
            columns={columns}
            rowId={(row) => row.id}
            empty={
              <EmptyState title="No customer yet" action={<Button look="primary">Add a customer</Button>}>
                Add the first one.
              </EmptyState>
            }
          />
          <SkeletonLines lines={3} label="An example of what stands in" />
        </Specimen>
        <Specimen title="Secret card">
          <SecretCard
            title="Sandbox API key"
            items={[{ label: 'API key', value: 'an-example-that-opens-nothing-0123456789' }]}
            note="Send it as a bearer token."
            fileName="api-key"
          />
          <StoredSecret
            prefix="fl_sbx_7q2m"
            since={historyItems[2]?.at ?? ''}
            lastUsedAt={historyItems[0]?.at ?? null}
          />
        </Specimen>
        <Specimen title="Attempt log">
          <AttemptLog attempts={attempts} />
          <AttemptLog attempts={[]} />
        </Specimen>
        <Specimen title="File timeline: under way, all done, with errors">
          <div className="grid gap-6 md:grid-cols-3">
            <FileTimeline stages={stagesWaiting} errors={[]} />
            <FileTimeline stages={stagesDone} errors={[]} />
            <FileTimeline stages={stages} errors={fileErrors} errorTotal={3} />
          </div>
        </Specimen>
        <Specimen title="Meter">
          <div className="grid gap-4 sm:grid-cols-3">
            <Meter
              label="API calls"
              period="today"
              used={4_120}
              allowed={10_000}
              forecast={7_900}
              thresholds={[70, 90, 100, 150]}
              days={usageDays}
            />
            <Meter
              label="Webhook messages"
              period="today"
              used={9_400}
              allowed={10_000}
              forecast={12_000}
              thresholds={[70, 90, 100, 150]}
              days={usageDays}
            />
            <Meter
              label="File rows"
              period="this month"
              used={310}
              allowed={null}
              forecast={null}
              thresholds={[70, 90, 100, 150]}
              days={[]}
            />
            <Meter
              label="Over the limit"
              period="today"
              used={17_000}
              allowed={10_000}
              forecast={null}
              thresholds={[70, 90, 100, 150]}
              days={usageDays}
            />
          </div>
        </Specimen>
        <Specimen title="Progress">
          <Progress label="Waiting" value={0} max={10_000} />
          <Progress label="Checking rows" value={6_200} max={10_000} detail="6,200 of 10,000 rows" />
          <Progress label="Checked" value={10_000} max={10_000} />
        </Specimen>
        <Specimen title="Empty and error states">
          <EmptyState title="Nothing has arrived on this exchange yet">
            Put a file into /in/employees, or drop one here.
          </EmptyState>
          <ErrorState
            title="The server cannot be reached"
            detail="Check your connection. The page tries again by itself."
            requestId="req_0193"
            onRetry={() => undefined}
          />
        </Specimen>
      </div>
    </StandAlone>
  );
}

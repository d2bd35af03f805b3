import Route from 'lucide-react/icons/route';
import Users from 'lucide-react/icons/users';
import { useState } from 'react';
import { ApiProblem, unreachable } from '../../api/problem.ts';
import { Badge } from '../../ui/badge.tsx';
import { Board } from '../../ui/board.tsx';
import { Button } from '../../ui/button.tsx';
import { CommandPalette } from '../../ui/command-palette.tsx';
import { Fact, FactList } from '../../ui/facts.tsx';
import { GateShape } from '../../ui/gate-shape.tsx';
import { ListItem } from '../../ui/list-item.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import { Nothing } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { gates, longName, sampleRows } from './samples.ts';
import { Specimen } from './specimen.tsx';

const entries = [
  ...sampleRows(4).map(({ id, name, state }) => ({
    id: `integration-${id}`,
    label: `${name}: HR system to payroll`,
    hint: state,
    icon: <Route aria-hidden />,
    group: 'Integrations',
    onSelect: () => toast(`${name} opened`),
  })),
  {
    id: 'long',
    label: longName,
    hint: 'KOWHAI',
    icon: <Users aria-hidden />,
    group: 'Customers',
    onSelect: () => toast('Customer opened'),
  },
];
const columns = ['Discovery', 'Estimate', 'Sign-off', 'Development', 'Testing', 'Live', 'Monitoring'];
const problems: [string, unknown][] = [
  ['unreachable', unreachable()],
  ['late', new DOMException('late', 'TimeoutError')],
  ['outdated', new TypeError('Failed to fetch dynamically imported module: /assets/an-example.js')],
  [
    'server',
    new ApiProblem(500, {
      title: 'Something went wrong on the server',
      detail: 'It was recorded. Try again; if it stays, name the request to whoever runs this server.',
      request_id: 'req_an_example',
    }),
  ],
  ['forbidden', new ApiProblem(403, { title: 'You may not do this', detail: 'Ask somebody with the role.' })],
];

function ListOfWork() {
  const [rows, setRows] = useState(sampleRows(3));
  return (
    <ul className="flex flex-col gap-2">
      {rows.map((row) => (
        <ListItem
          key={row.id}
          className="flex items-center justify-between rounded-card border bg-raised p-3"
        >
          {row.name}
          <Button small onClick={() => setRows(rows.filter((one) => one.id !== row.id))}>
            Decide
          </Button>
        </ListItem>
      ))}
    </ul>
  );
}

/** What holds other pieces, or lies over a page: palette, board, scroll area, facts, problems. */
export function Surfaces() {
  const [palette, setPalette] = useState(false);
  return (
    <>
      <Specimen title="Command palette">
        <Button className="self-start" onClick={() => setPalette(true)}>
          Open the palette
        </Button>
        {palette ? <CommandPalette open onOpenChange={setPalette} entries={entries} /> : null}
      </Specimen>
      <Specimen title="List of work: a decided item hands the focus to its neighbour">
        <ListOfWork />
      </Specimen>
      <Specimen title="Board: more columns than there is room for, one of them empty">
        <Board label="Sample board">
          {columns.map((title, index) => (
            <section key={title} aria-label={title} className="flex w-[220px] shrink-0 flex-col gap-2">
              <h3 className="flex items-center gap-2 font-medium">
                {title} <Badge>{index % 3}</Badge>
              </h3>
              {sampleRows(index % 3).map((row) => (
                <p key={row.id} className="rounded-card border bg-raised p-3">
                  {row.name}
                </p>
              ))}
              {index % 3 === 0 ? <p className="p-3 text-muted">Nothing here now.</p> : null}
            </section>
          ))}
        </Board>
      </Specimen>
      <Specimen title="Scroll area: what fits, and what does not">
        <ScrollArea label="Narrow sample" className="rounded-card border p-3">
          <p>Fits.</p>
        </ScrollArea>
        <ScrollArea label="Wide sample" className="rounded-card border p-3">
          <p className="whitespace-nowrap">{Array.from({ length: 4 }, () => longName).join(' · ')}</p>
        </ScrollArea>
      </Specimen>
      <Specimen title="Facts">
        <div className="max-w-[420px]">
          <FactList title="Customer">
            <Fact name="Name">{longName}</Fact>
            <Fact name="Code">
              <code className="font-mono text-code">KOWHAI</code>
            </Fact>
            <Fact name="Team lead">
              <Nothing />
            </Fact>
          </FactList>
        </div>
      </Specimen>
      <Specimen title="Shapes of a gate">
        <ul className="flex flex-wrap gap-4">
          {gates.map(({ id, status }) => (
            <li key={id} className="flex items-center gap-2">
              <GateShape status={status} /> {status}
            </li>
          ))}
        </ul>
      </Specimen>
      <Specimen title="Problems">
        {problems.map(([key, error]) => (
          <ProblemView key={key} error={error} onRetry={() => toast('Tried again')} />
        ))}
      </Specimen>
    </>
  );
}

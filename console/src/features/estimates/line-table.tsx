import { type EstimateLine, phaseNames } from '#contract/estimates.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Money, sayCents } from '../../ui/money.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { amountOf, emptyLine, hoursOf, lineTrackNames, type ShownLine } from './draft.ts';
import { EditLine } from './edit-line.tsx';

type LineTableProps =
  | { lines: EstimateLine[]; currency: string; onChange: (lines: EstimateLine[]) => void }
  /** Only to read; without rates there are no amounts. */
  | { lines: ShownLine[]; currency: string; onChange?: undefined };

const head = 'h-(--row) border-b px-2 text-left text-small font-medium whitespace-nowrap text-muted';
/** The lines of an estimate; in the editor every cell is a field. */
export function LineTable({ lines, currency, onChange }: LineTableProps) {
  const set = (index: number, change: Partial<EstimateLine>) =>
    onChange?.(lines.map((line, at) => (at === index ? { ...line, ...change } : line)));
  if (lines.length === 0)
    return (
      <EmptyState
        title="No line yet"
        action={onChange ? <Button onClick={() => onChange([emptyLine()])}>Add a line</Button> : null}
      >
        An estimate needs at least one line before it can be put into review.
      </EmptyState>
    );
  // Shown narrow, a line is its deliverable and amount; the rest stands in words below.
  const wide = onChange ? '' : 'max-sm:hidden';
  const priced = lines.some((line) => line.rateCents !== null);
  return (
    <div className="flex flex-col gap-2">
      <ScrollArea label="Lines of the estimate" className="rounded-card border bg-raised">
        <table className={classNames('w-full border-separate border-spacing-0', onChange && 'max-md:block')}>
          <caption className="sr-only">Lines of the estimate, amounts in {currency} without GST</caption>
          <thead className={onChange && 'max-md:hidden'}>
            <tr>
              <th scope="col" className={`${head} ${wide}`}>
                Phase
              </th>
              <th scope="col" className={classNames(head, onChange && 'w-full min-w-[190px]')}>
                {onChange ? 'Deliverable, role' : 'Deliverable'}
              </th>
              <th scope="col" className={`${head} ${wide}`}>
                Track
              </th>
              {onChange ? (
                <>
                  <th scope="col" className={`${head} text-right`}>
                    Optimistic
                  </th>
                  <th scope="col" className={`${head} text-right`}>
                    Likely
                  </th>
                  <th scope="col" className={`${head} text-right`}>
                    Pessimistic
                  </th>
                </>
              ) : (
                <th
                  scope="col"
                  className={`${head} ${wide} text-right`}
                  title="Optimistic, likely, pessimistic"
                >
                  Hours
                </th>
              )}
              <th scope="col" className={`${head} ${wide} text-right`}>
                Expected
              </th>
              {priced ? (
                <>
                  <th scope="col" className={`${head} ${wide} text-right`}>
                    Rate, {currency}
                  </th>
                  <th scope="col" className={`${head} text-right`}>
                    Amount, {currency}
                  </th>
                </>
              ) : null}
              {onChange ? (
                <th scope="col" className={head}>
                  <span className="sr-only">Optional, remove</span>
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody className={classNames('[&>tr:last-child>td]:border-b-0', onChange && 'max-md:block')}>
            {onChange
              ? lines.map((line, index) => (
                  <EditLine
                    key={keyOf(line, index)}
                    line={line}
                    index={index}
                    set={set}
                    onRemove={() => onChange(lines.filter((_, at) => at !== index))}
                  />
                ))
              : lines.map((line, index) => <ShowRow key={keyOf(line, index)} line={line} />)}
          </tbody>
        </table>
      </ScrollArea>
      {onChange ? (
        <Button
          small
          className="self-start"
          onClick={() => onChange([...lines, { ...emptyLine(), ...copied(lines.at(-1)) }])}
        >
          Add a line
        </Button>
      ) : null}
    </div>
  );
}

/** Rows have no identity besides their place. */
function keyOf(_line: ShownLine, index: number): string {
  return `line-${index}`;
}

function copied(line: EstimateLine | undefined): Partial<EstimateLine> {
  return line ? { phase: line.phase, track: line.track, role: line.role, rateCents: line.rateCents } : {};
}

function ShowRow({ line }: { line: ShownLine }) {
  const show = 'border-b px-2 py-1.5 align-top';
  return (
    <tr>
      <td className={`${show} max-sm:hidden`}>{phaseNames[line.phase]}</td>
      <td className={show}>
        {line.deliverable}
        {line.optional ? <span className="text-muted"> (optional)</span> : null}
        <span className="block text-small text-muted">{line.role}</span>
        <span className="block text-small text-muted sm:hidden">
          {phaseNames[line.phase]}, {lineTrackNames[line.track]}: {hoursOf(line)} h
          {line.rateCents === null ? null : ` at ${sayCents(line.rateCents)}`}
        </span>
      </td>
      <td className={`${show} whitespace-nowrap max-sm:hidden`}>{lineTrackNames[line.track]}</td>
      <td className={`${show} text-right whitespace-nowrap max-sm:hidden`}>
        {line.optimisticHours} / {line.likelyHours} / {line.pessimisticHours}
      </td>
      <td className={`${show} text-right max-sm:hidden`}>{hoursOf(line)}</td>
      {line.rateCents === null ? null : (
        <>
          <td className={`${show} text-right max-sm:hidden`}>{sayCents(line.rateCents)}</td>
          <td className={`${show} text-right`}>
            <Money cents={amountOf(line)} />
          </td>
        </>
      )}
    </tr>
  );
}

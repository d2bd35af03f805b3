import Trash from 'lucide-react/icons/trash-2';
import { type EstimateLine, estimatePhase } from '#contract/estimates.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Input, Select } from '../../ui/field.tsx';
import { Money, sayCents } from '../../ui/money.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { emptyLine, expectedHours, lineCents, lineTrackNames, phaseNames } from './draft.ts';

interface LineTableProps {
  lines: EstimateLine[];
  currency: string;
  /** Without it the table only shows. */
  onChange?: ((lines: EstimateLine[]) => void) | undefined;
}

const head = 'h-(--row) border-b px-2 text-left text-small font-medium whitespace-nowrap text-muted';
const cell = 'border-b px-1 py-1 align-top';

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
  return (
    <div className="flex flex-col gap-2">
      <ScrollArea label="Lines of the estimate" className="rounded-card border bg-raised">
        <table className="w-full border-separate border-spacing-0">
          <caption className="sr-only">Lines of the estimate, amounts in {currency} without GST</caption>
          <thead>
            <tr>
              <th scope="col" className={`${head} ${wide}`}>
                Phase
              </th>
              <th scope="col" className={classNames(head, onChange && 'min-w-[190px]')}>
                Deliverable
              </th>
              <th scope="col" className={`${head} ${wide}`}>
                Track
              </th>
              {onChange ? (
                <th scope="col" className={head}>
                  Role
                </th>
              ) : null}
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
              <th scope="col" className={`${head} ${wide} text-right`}>
                Rate, {currency}
              </th>
              <th scope="col" className={`${head} text-right`}>
                Amount, {currency}
              </th>
              {onChange ? (
                <th scope="col" className={head}>
                  <span className="sr-only">Optional, remove</span>
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody className="[&>tr:last-child>td]:border-b-0">
            {lines.map((line, index) =>
              onChange ? (
                <EditRow
                  key={keyOf(line, index)}
                  line={line}
                  index={index}
                  set={set}
                  onRemove={() => onChange(lines.filter((_, at) => at !== index))}
                />
              ) : (
                <ShowRow key={keyOf(line, index)} line={line} />
              ),
            )}
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
function keyOf(_line: EstimateLine, index: number): string {
  return `line-${index}`;
}

function copied(line: EstimateLine | undefined): Partial<EstimateLine> {
  return line ? { phase: line.phase, track: line.track, role: line.role, rateCents: line.rateCents } : {};
}

function ShowRow({ line }: { line: EstimateLine }) {
  const show = 'border-b px-2 py-1.5 align-top';
  return (
    <tr>
      <td className={`${show} max-sm:hidden`}>{phaseNames[line.phase]}</td>
      <td className={show}>
        {line.deliverable}
        {line.optional ? <span className="text-muted"> (optional)</span> : null}
        <span className="block text-small text-muted">{line.role}</span>
        <span className="block text-small text-muted sm:hidden">
          {phaseNames[line.phase]}, {lineTrackNames[line.track]}: {expectedHours(line).toFixed(2)} h at{' '}
          {sayCents(line.rateCents)}
        </span>
      </td>
      <td className={`${show} whitespace-nowrap max-sm:hidden`}>{lineTrackNames[line.track]}</td>
      <td className={`${show} text-right whitespace-nowrap max-sm:hidden`}>
        {line.optimisticHours} / {line.likelyHours} / {line.pessimisticHours}
      </td>
      <td className={`${show} text-right max-sm:hidden`}>{expectedHours(line).toFixed(2)}</td>
      <td className={`${show} text-right max-sm:hidden`}>{sayCents(line.rateCents)}</td>
      <td className={`${show} text-right`}>
        <Money cents={lineCents(line)} />
      </td>
    </tr>
  );
}

interface EditRowProps {
  line: EstimateLine;
  index: number;
  set(index: number, change: Partial<EstimateLine>): void;
  onRemove(): void;
}

const small = 'h-7 px-1.5';

function EditRow({ line, index, set, onRemove }: EditRowProps) {
  const name = (what: string) => `${what} of line ${index + 1}`;
  const hours = (field: 'optimisticHours' | 'likelyHours' | 'pessimisticHours', label: string) => (
    <td className={cell}>
      <Input
        aria-label={name(label)}
        name={field === 'likelyHours' ? `hours-${index}` : undefined}
        inputMode="decimal"
        className={`${small} w-14 text-right`}
        value={line[field]}
        onChange={(event) => set(index, { [field]: event.target.value.trim() })}
      />
    </td>
  );
  return (
    <tr>
      <td className={cell}>
        <Select
          aria-label={name('Phase')}
          className={`${small} w-[104px]`}
          value={line.phase}
          onChange={(event) => set(index, { phase: estimatePhase.parse(event.target.value) })}
        >
          {estimatePhase.options.map((phase) => (
            <option key={phase} value={phase}>
              {phaseNames[phase]}
            </option>
          ))}
        </Select>
      </td>
      <td className={cell}>
        <Input
          aria-label={name('Deliverable')}
          name={`deliverable-${index}`}
          className={small}
          value={line.deliverable}
          onChange={(event) => set(index, { deliverable: event.target.value })}
        />
      </td>
      <td className={cell}>
        <Select
          aria-label={name('Track')}
          className={`${small} w-[116px]`}
          value={line.track}
          onChange={(event) => set(index, { track: event.target.value as EstimateLine['track'] })}
        >
          {Object.entries(lineTrackNames).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </td>
      <td className={cell}>
        <Input
          aria-label={name('Role')}
          className={`${small} min-w-[116px]`}
          value={line.role}
          onChange={(event) => set(index, { role: event.target.value })}
        />
      </td>
      {hours('optimisticHours', 'Optimistic hours')}
      {hours('likelyHours', 'Likely hours')}
      {hours('pessimisticHours', 'Pessimistic hours')}
      <td className={`${cell} px-2 pt-2 text-right`}>{expectedHours(line).toFixed(2)}</td>
      <td className={cell}>
        <CentsInput
          label={name('Rate')}
          cents={line.rateCents}
          onChange={(rateCents) => set(index, { rateCents })}
        />
      </td>
      <td className={`${cell} px-2 pt-2 text-right`}>
        <Money cents={lineCents(line)} />
      </td>
      <td className={`${cell} whitespace-nowrap`}>
        <label className="inline-flex h-7 items-center gap-1 text-small text-muted">
          <input
            type="checkbox"
            className="accent-accent"
            checked={line.optional}
            onChange={(event) => set(index, { optional: event.target.checked })}
          />
          optional<span className="sr-only">, line {index + 1}</span>
        </label>
        <IconButton label={`Remove line ${index + 1}`} small onClick={onRemove}>
          <Trash aria-hidden />
        </IconButton>
      </td>
    </tr>
  );
}

/** An amount with two decimals that is kept in cents. */
export function CentsInput({
  label,
  cents,
  onChange,
  className,
}: {
  label: string;
  cents: number;
  onChange(cents: number): void;
  className?: string;
}) {
  return (
    <Input
      // Another amount is another field: one that was typed into shows no new default value.
      key={cents}
      aria-label={label}
      inputMode="decimal"
      className={`${small} w-24 text-right ${className ?? ''}`}
      defaultValue={(cents / 100).toFixed(2)}
      onBlur={(event) => {
        const value = Number(event.target.value.replaceAll(',', ''));
        if (Number.isFinite(value)) onChange(Math.round(value * 100));
        event.target.value = ((Number.isFinite(value) ? Math.round(value * 100) : cents) / 100).toFixed(2);
      }}
    />
  );
}

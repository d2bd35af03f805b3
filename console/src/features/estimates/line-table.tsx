import Trash from 'lucide-react/icons/trash-2';
import type { ReactNode } from 'react';
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
/** On narrow screens each line is a card: the head is gone, every field has its name above it. */
const cell = 'border-b px-1 py-1 align-top max-md:block max-md:border-0 max-md:p-0';

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
        <table className={classNames('w-full border-separate border-spacing-0', onChange && 'max-md:block')}>
          <caption className="sr-only">Lines of the estimate, amounts in {currency} without GST</caption>
          <thead className={onChange && 'max-md:hidden'}>
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
          <tbody className={classNames('[&>tr:last-child>td]:border-b-0', onChange && 'max-md:block')}>
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
    <EditCell label={label} className="max-md:col-span-2">
      <Input
        aria-label={name(`${label} hours`)}
        name={field === 'likelyHours' ? `hours-${index}` : undefined}
        inputMode="decimal"
        className={`${small} w-14 text-right max-md:w-full`}
        value={line[field]}
        onChange={(event) => set(index, { [field]: event.target.value.trim() })}
      />
    </EditCell>
  );
  return (
    <tr className="max-md:grid max-md:grid-cols-6 max-md:gap-x-2 max-md:gap-y-3 max-md:border-b max-md:p-3 max-md:last:border-b-0">
      <EditCell label="Phase" className="max-md:col-span-3">
        <Select
          aria-label={name('Phase')}
          className={`${small} w-[104px] max-md:w-full`}
          value={line.phase}
          onChange={(event) => set(index, { phase: estimatePhase.parse(event.target.value) })}
        >
          {estimatePhase.options.map((phase) => (
            <option key={phase} value={phase}>
              {phaseNames[phase]}
            </option>
          ))}
        </Select>
      </EditCell>
      <EditCell label="Deliverable" className="max-md:order-first max-md:col-span-6">
        <Input
          aria-label={name('Deliverable')}
          name={`deliverable-${index}`}
          className={small}
          value={line.deliverable}
          onChange={(event) => set(index, { deliverable: event.target.value })}
        />
      </EditCell>
      <EditCell label="Track" className="max-md:col-span-3">
        <Select
          aria-label={name('Track')}
          className={`${small} w-[116px] max-md:w-full`}
          value={line.track}
          onChange={(event) => set(index, { track: event.target.value as EstimateLine['track'] })}
        >
          {Object.entries(lineTrackNames).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </EditCell>
      <EditCell label="Role" className="max-md:col-span-6">
        <Input
          aria-label={name('Role')}
          className={`${small} min-w-[116px]`}
          value={line.role}
          onChange={(event) => set(index, { role: event.target.value })}
        />
      </EditCell>
      {hours('optimisticHours', 'Optimistic')}
      {hours('likelyHours', 'Likely')}
      {hours('pessimisticHours', 'Pessimistic')}
      <EditCell label="Expected" className="px-2 pt-2 text-right max-md:col-span-2 max-md:text-left">
        {expectedHours(line).toFixed(2)}
      </EditCell>
      <EditCell label="Rate" className="max-md:col-span-2">
        <CentsInput
          label={name('Rate')}
          cents={line.rateCents}
          className="max-md:w-full"
          onChange={(rateCents) => set(index, { rateCents })}
        />
      </EditCell>
      <EditCell label="Amount" className="px-2 pt-2 text-right max-md:col-span-2">
        <Money cents={lineCents(line)} />
      </EditCell>
      <td className={`${cell} whitespace-nowrap max-md:col-span-6 max-md:flex max-md:justify-between`}>
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

/** A cell whose name stands above it where there is no head. */
function EditCell({ label, className, children }: { label: string; className: string; children: ReactNode }) {
  return (
    <td className={classNames(cell, className)}>
      <span aria-hidden className="block text-small text-muted md:hidden">
        {label}
      </span>
      {children}
    </td>
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
        const next = Number.isFinite(value) ? Math.round(value * 100) : cents;
        if (next !== cents) onChange(next);
        event.target.value = (next / 100).toFixed(2);
      }}
    />
  );
}

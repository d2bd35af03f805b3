import Trash from 'lucide-react/icons/trash-2';
import type { ReactNode } from 'react';
import { type EstimateLine, estimatePhase, phaseNames } from '#contract/estimates.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Input, Select } from '../../ui/field.tsx';
import { Money } from '../../ui/money.tsx';
import { CentsInput } from './cents-input.tsx';
import { amountOf, hoursOf, lineTrackNames } from './draft.ts';

/** On narrow screens each line is a card: the head is gone, every field has its name above it. */
const cell = 'border-b px-1 py-1 align-top max-md:block max-md:border-0 max-md:p-0';

interface EditLineProps {
  line: EstimateLine;
  index: number;
  set(index: number, change: Partial<EstimateLine>): void;
  onRemove(): void;
}

const small = 'h-7 px-1.5';

/** One line as fields: a row of the table, on narrow screens a card. */
export function EditLine({ line, index, set, onRemove }: EditLineProps) {
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
        <Label text="Role" className="max-md:mt-3" />
        <Input
          aria-label={name('Role')}
          placeholder="Role"
          className={`${small} mt-1 text-small max-md:mt-0 max-md:text-body`}
          value={line.role}
          onChange={(event) => set(index, { role: event.target.value })}
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
      {hours('optimisticHours', 'Optimistic')}
      {hours('likelyHours', 'Likely')}
      {hours('pessimisticHours', 'Pessimistic')}
      <EditCell label="Expected" className="px-2 pt-2 text-right max-md:col-span-2 max-md:text-left">
        {hoursOf(line)}
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
        <Money cents={amountOf(line)} />
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
      <Label text={label} />
      {children}
    </td>
  );
}

function Label({ text, className }: { text: string; className?: string }) {
  return (
    <span aria-hidden className={classNames('block text-small text-muted md:hidden', className)}>
      {text}
    </span>
  );
}

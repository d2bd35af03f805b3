import Trash from 'lucide-react/icons/trash-2';
import {
  adjustmentReason,
  type EstimateContent,
  estimatePricing,
  type ShownEstimateContent,
} from '#contract/estimates.ts';
import { Section } from '../../app/page.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Checkbox, Field, Input, Select, Textarea } from '../../ui/field.tsx';
import { Money } from '../../ui/money.tsx';
import { CalendarDate, Nothing } from '../../ui/time.tsx';
import { CentsInput } from './cents-input.tsx';
import { reasonNames, toText } from './draft.ts';

interface ContentEditorProps {
  content: EstimateContent;
  onChange(change: Partial<EstimateContent>): void;
}

const pricingNames = {
  itemised: 'Every line with rate and amount',
  'totals-only': 'Net price, GST and total only',
} as const;
const lists = [
  ['assumptions', 'Assumptions'],
  ['exclusions', 'Exclusions'],
  ['customerTasks', 'What the customer must do'],
] as const;

/** Everything an estimate says besides its lines, as fields. */
export function ContentEditor({ content, onChange }: ContentEditorProps) {
  return (
    <div className="flex flex-col gap-8">
      <Section title="Words" className="max-w-[640px]">
        <Field label="Title" required>
          <Input value={content.title} onChange={(event) => onChange({ title: event.target.value })} />
        </Field>
        {lists.map(([key, label]) => (
          <Field key={key} label={label} help="One on each line." required={key === 'assumptions'}>
            <Textarea
              rows={Math.max(3, content[key].length + 1)}
              value={toText(content[key])}
              onChange={(event) => onChange({ [key]: event.target.value.split('\n') })}
            />
          </Field>
        ))}
      </Section>
      <Section title="Terms" className="max-w-[640px]">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Valid until" required help="Needed before the version can be put into review.">
            <Input
              type="date"
              value={content.validUntil ?? ''}
              onChange={(event) => onChange({ validUntil: event.target.value || null })}
            />
          </Field>
          <Field label="Contingency, percent" required>
            <Input
              type="number"
              min={0}
              max={50}
              value={content.contingencyPercent}
              onChange={(event) =>
                onChange({
                  contingencyPercent: Math.max(0, Math.min(50, Math.round(Number(event.target.value)))),
                })
              }
            />
          </Field>
        </div>
        <Field
          label="What the customer sees of the price"
          required
          help="On the sign-off page and in the PDF alike; Preview shows it."
        >
          <Select
            value={content.pricing}
            onChange={(event) => onChange({ pricing: estimatePricing.parse(event.target.value) })}
          >
            {estimatePricing.options.map((option) => (
              <option key={option} value={option}>
                {pricingNames[option]}
              </option>
            ))}
          </Select>
        </Field>
        <div className="flex flex-wrap gap-4">
          {(['sandbox', 'production'] as const).map((name) => (
            <Checkbox
              key={name}
              label={name === 'sandbox' ? 'Sandbox' : 'Production'}
              checked={content.environments.includes(name)}
              onChange={(event) =>
                onChange({
                  environments: event.target.checked
                    ? [...content.environments, name]
                    : content.environments.filter((one) => one !== name),
                })
              }
            />
          ))}
        </div>
      </Section>
      <Section title="Adjustments">
        <p className="text-muted">
          Each changes the net price and carries its reason. The reasons stay with the vendor.
          {content.pricing === 'itemised'
            ? ' The customer sees the sum of all adjustments as one line, “Price adjustment”.'
            : ' The customer sees the net price only.'}
        </p>
        {content.adjustments.map((one, index) => {
          const set = (change: Partial<typeof one>) =>
            onChange({
              adjustments: content.adjustments.map((each, at) =>
                at === index ? { ...each, ...change } : each,
              ),
            });
          return (
            <div key={adjustmentKey(index)} className="flex flex-wrap items-center gap-2">
              <Select
                aria-label={`Reason code of adjustment ${index + 1}`}
                className="w-[140px]"
                value={one.reasonCode}
                onChange={(event) => set({ reasonCode: adjustmentReason.parse(event.target.value) })}
              >
                {adjustmentReason.options.map((code) => (
                  <option key={code} value={code}>
                    {reasonNames[code]}
                  </option>
                ))}
              </Select>
              <Input
                aria-label={`Reason of adjustment ${index + 1}`}
                name={`reason-${index}`}
                placeholder="Why"
                className="max-w-[420px] min-w-[160px] flex-1"
                value={one.reason}
                onChange={(event) => set({ reason: event.target.value })}
              />
              <CentsInput
                label={`Amount of adjustment ${index + 1}`}
                cents={one.amountCents}
                className="h-(--control-height)"
                onChange={(amountCents) => set({ amountCents })}
              />
              <IconButton
                label={`Remove adjustment ${index + 1}`}
                onClick={() => onChange({ adjustments: content.adjustments.filter((_, at) => at !== index) })}
              >
                <Trash aria-hidden />
              </IconButton>
            </div>
          );
        })}
        <Button
          small
          className="self-start"
          onClick={() =>
            onChange({
              adjustments: [
                ...content.adjustments,
                { reasonCode: 'relationship', reason: '', amountCents: 0 },
              ],
            })
          }
        >
          Add an adjustment
        </Button>
      </Section>
    </div>
  );
}

/** Rows have no identity besides their place. */
function adjustmentKey(index: number): string {
  return `adjustment-${index}`;
}

/** The same, to read. */
export function ContentView({
  content,
  vendorOnly,
  adjusters = [],
}: {
  content: Omit<ShownEstimateContent, 'adjustments'> & { adjustments?: EstimateContent['adjustments'] };
  vendorOnly: boolean;
  /** Who set each adjustment. */
  adjusters?: string[];
}) {
  return (
    <div className="flex flex-col gap-6">
      {lists.map(([key, label]) =>
        content[key].length > 0 ? (
          <Section key={key} title={label}>
            <ul className="list-disc pl-5">
              {content[key].map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Section>
        ) : null,
      )}
      <p className="text-muted">
        Valid until {content.validUntil ? <CalendarDate date={content.validUntil} /> : <Nothing />}
        {content.contingencyPercent === null ? '' : ` · contingency ${content.contingencyPercent} %`}
        {content.environments.length > 0 ? ` · ${content.environments.join(' and ')}` : ''}
        {content.termsVersion ? ` · terms ${content.termsVersion}` : ''}
      </p>
      {vendorOnly && content.adjustments && content.adjustments.length > 0 ? (
        <Section title="Adjustments">
          <ul>
            {content.adjustments.map((one, index) => (
              <li key={adjustmentKey(index)}>
                {reasonNames[one.reasonCode]}: {one.reason}{' '}
                <Money cents={one.amountCents} currency={content.currency} />
                {adjusters[index] ? <span className="text-muted"> by {adjusters[index]}</span> : null}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </div>
  );
}

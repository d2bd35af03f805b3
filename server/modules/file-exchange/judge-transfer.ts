import type { EmpEffects } from '#modules/payroll/index.ts';
import type { Envelope, RowsChecked } from './check-transfer.ts';
import type { Acceptance } from './exchange-store.ts';
import type { FileFaultCode } from './file-faults.ts';
import type { Held } from './transfer-store.ts';

/** From so many people on a share counts: in a small company one person is many per cent. */
const fewest = 3;

type Figure = Held['figures'][number] & { code: FileFaultCode };

/** What a decision on checked rows goes by. */
export interface Judgement {
  checked: RowsChecked;
  effects: EmpEffects;
  envelope: Envelope;
  acceptance: Acceptance;
  orderMark: string | null;
  /** Unlikely values that the last applied file did not have. */
  unlikely: number;
  approved: ReadonlySet<string>;
}

/**
 * Why checked rows may not be applied without a person, beside what was approved; undefined when they may. Goes by what the
 * file would change, whatever its mode.
 */
export function judge(judgement: Judgement): Held | undefined {
  const { envelope, orderMark, approved } = judgement;
  if (orderMark !== null && envelope.sequence < orderMark && !approved.has('out-of-order')) {
    const message = 'The file was made before one that was applied already';
    return {
      code: 'out-of-order',
      message,
      before: null,
      after: null,
      figures: [{ code: 'out-of-order', message, count: 1, of: null }],
    };
  }
  const figures = [...figuresOf(judgement)].filter((one) => !approved.has(one.code));
  const [first, ...others] = figures;
  if (first === undefined) return undefined;
  const isDrop = first.code === 'headcount-drop';
  return {
    code: first.code,
    message: others.length === 0 ? first.message : figures.map((one) => one.message).join('. '),
    before: isDrop ? first.of : null,
    after: isDrop ? (first.of ?? 0) - first.count : null,
    figures,
  };
}

function* figuresOf({
  checked,
  effects,
  envelope,
  acceptance,
  unlikely,
}: Judgement): Generator<Figure, void, undefined> {
  const { present = 0, missing = 0 } = checked.check ?? {};
  const lacking = envelope.mode === 'FULL' ? Math.max(0, missing - checked.unstaged) : 0;
  const share = (count: number) => (present === 0 ? 0 : (count / present) * 100);
  const isMany = (count: number, percent: number) => count >= fewest && share(count) > percent;
  if (share(lacking) > acceptance.maxHeadcountDropPercent)
    yield {
      code: 'headcount-drop',
      message: `The file lacks ${lacking} of ${present} employees`,
      count: lacking,
      of: present,
    };
  const { ended, created, bankChanged, identityChanged, payChanged, payFar, payFactor } = effects;
  if (isMany(ended, acceptance.maxEndPercent))
    yield {
      code: 'many-ends',
      message: `The file ends ${ended} of ${present} employments`,
      count: ended,
      of: present,
    };
  if (isMany(created, acceptance.maxNewPercent))
    yield {
      code: 'many-new',
      message: `The file brings ${created} new employees beside ${present} that are there`,
      count: created,
      of: present,
    };
  if (isMany(identityChanged, acceptance.maxIdentityChangePercent))
    yield {
      code: 'many-identity-changes',
      message: `The file gives ${identityChanged} of ${present} people another name, date of birth or IRD number`,
      count: identityChanged,
      of: present,
    };
  if (isMany(payChanged, acceptance.maxPayChangedPercent))
    yield {
      code: 'many-pay-changes',
      message: `The pay of ${payChanged} of ${present} people changes by more than ${acceptance.maxPayChangePercent} %${sayFactor(payFactor)}`,
      count: payChanged,
      of: present,
    };
  if (payFar > 0)
    yield {
      code: 'pay-far-off',
      message: `${people(payFar)} would be paid at least ${acceptance.maxPayFactor} times as much as now, or as little`,
      count: payFar,
      of: present,
    };
  if (isMany(bankChanged, acceptance.maxBankChangePercent))
    yield {
      code: 'many-bank-changes',
      message: `The file changes the bank accounts of ${bankChanged} of ${present} people`,
      count: bankChanged,
      of: present,
    };
  if (unlikely > 0)
    yield {
      code: 'values-unlikely',
      message: `${unlikely === 1 ? '1 value is' : `${unlikely} values are`} hardly ever true`,
      count: unlikely,
      of: null,
    };
}

const people = (count: number) => (count === 1 ? '1 person' : `${count} people`);

/** Of three people or more, so that it tells nobody's pay. */
function sayFactor(factor: number | null): string {
  return factor === null ? '' : `; the median is ${Number(factor.toPrecision(2))} times the pay of now`;
}

/**
 * The time and number that files after this one may not go behind. A person who lets an earlier file pass while the mark lies
 * ahead of the clock sets it right.
 */
export function nextOrderMark(
  mark: string | null,
  applied: { sequence: string; wasApproved: boolean; receivedStamp: string },
): string {
  if (mark === null || applied.sequence >= mark) return applied.sequence;
  return applied.wasApproved && mark.slice(0, 16) > applied.receivedStamp ? applied.sequence : mark;
}

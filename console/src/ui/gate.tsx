import ChevronRight from 'lucide-react/icons/chevron-right';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { GateEvidence, GateView } from '#contract/integrations.ts';
import { Badge } from './badge.tsx';
import { classNames } from './class-names.ts';
import { environmentNames } from './environment-switch.tsx';
import { GateShape, gateWords } from './gate-shape.tsx';
import { sayExact } from './time.tsx';

export interface GateProps {
  gate: GateView;
  /** Buttons for who may confirm or waive it. */
  actions?: ReactNode;
}

/** One gate: shape and word, its evidence in one sentence; opens to the raw evidence. */
export function Gate({ gate, actions }: GateProps) {
  const [open, setOpen] = useState(false);
  const filling = useJustPassed(gate);
  const waiting = gate.status === 'waiting';
  const hasMore = gate.pieces.length > 0 || gate.missing.length > 0 || gate.by !== undefined;
  const id = `gate-${gate.id.replaceAll('.', '-')}`;
  const line = (
    <>
      <span className="mt-0.5">
        <GateShape status={gate.status} filling={filling} />
      </span>
      <span className="min-w-0 flex-1 text-left">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className={classNames('font-medium', waiting && 'text-ink')}>{gate.title}</span>
          <span className="text-small text-muted">
            {gateWords[gate.status]}
            {waiting && gate.whom ? ` on ${gate.whom.replace(/^The /, 'the ')}` : ''}
            {(gate.status === 'waived' || gate.status === 'confirmed') && gate.by ? ` by ${gate.by}` : ''}
            {gate.required ? '' : ' · beside the others'}
          </span>
        </span>
        {gate.sentence ? <span className="block text-muted">{gate.sentence}</span> : null}
      </span>
    </>
  );
  return (
    <li id={id} className="list-none">
      <div className="flex items-start gap-2">
        {hasMore ? (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex min-w-0 flex-1 items-start gap-2 rounded-control px-1.5 py-1 hover:bg-hover"
          >
            {line}
            <ChevronRight
              aria-hidden
              className={classNames(
                'mt-0.5 size-4 shrink-0 text-muted transition-transform duration-120',
                open && 'rotate-90',
              )}
            />
          </button>
        ) : (
          <div className="flex min-w-0 flex-1 items-start gap-2 px-1.5 py-1">{line}</div>
        )}
      </div>
      {actions ? <div className="flex flex-wrap gap-2 pt-1 pb-1 pl-[30px]">{actions}</div> : null}
      {open ? (
        <div className="mt-1 mb-2 ml-[30px] flex flex-col gap-2">
          {gate.missing.length > 0 ? (
            <p className="text-muted">
              Still awaited: <span className="text-ink">{gate.missing.join(', ')}</span>
            </p>
          ) : null}
          {gate.pieces.map((piece) => (
            <Evidence key={`${piece.eventId ?? piece.type}${piece.at}`} piece={piece} />
          ))}
        </div>
      ) : null}
    </li>
  );
}

/** One piece of evidence: its sentence, when and where it was seen, the raw fact. */
export function Evidence({ piece }: { piece: GateEvidence }) {
  const facts = Object.entries(piece.details);
  return (
    <div className="rounded-control border bg-surface px-3 py-2">
      <p>{piece.sentence}</p>
      <p className="flex flex-wrap items-center gap-2 text-small text-muted">
        <time dateTime={piece.at}>{sayExact(new Date(piece.at))}</time>
        {piece.environment ? (
          <Badge tone={piece.environment === 'sandbox' ? 'caution' : 'neutral'}>
            {environmentNames[piece.environment]}
          </Badge>
        ) : null}
        {piece.sequence === undefined ? null : <span>no. {piece.sequence} in the log</span>}
      </p>
      <details className="mt-1">
        <summary className="w-fit cursor-pointer text-small text-muted hover:text-ink">Raw evidence</summary>
        <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 font-mono text-code">
          <dt className="text-muted">event</dt>
          <dd>{piece.type}</dd>
          {piece.eventId ? (
            <>
              <dt className="text-muted">id</dt>
              <dd className="break-all">{piece.eventId}</dd>
            </>
          ) : null}
          {piece.fingerprint ? (
            <>
              <dt className="text-muted">configuration</dt>
              <dd className="break-all">{piece.fingerprint}</dd>
            </>
          ) : null}
          {facts.map(([key, value]) => (
            <Fact key={key} name={key} value={value} />
          ))}
        </dl>
      </details>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: unknown }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="break-all">{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
    </>
  );
}

/** True for the one moment in which a gate passes while it is watched. */
function useJustPassed(gate: GateView): boolean {
  const before = useRef(gate.status);
  const [filling, setFilling] = useState(false);
  useEffect(() => {
    const passed = gate.status === 'seen' || gate.status === 'confirmed';
    const wasOpen =
      before.current !== gate.status && before.current !== 'seen' && before.current !== 'confirmed';
    before.current = gate.status;
    if (!(passed && wasOpen)) return;
    setFilling(true);
    const timer = setTimeout(() => setFilling(false), 400);
    return () => clearTimeout(timer);
  }, [gate.status]);
  return filling;
}

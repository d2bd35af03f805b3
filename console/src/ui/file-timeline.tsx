import type { GateStatus } from '#contract/integrations.ts';
import { GateShape } from './gate-shape.tsx';
import { sayCount } from './money.tsx';
import { RelativeTime } from './time.tsx';

export interface FileStage {
  name: string;
  state: 'done' | 'waiting' | 'refused' | 'skipped';
  at?: string | null | undefined;
  /** "4,210 rows accepted, 3 refused" */
  detail?: string | undefined;
}
export interface FileError {
  /** Its line in the file; none where a row is missing. */
  line: number | undefined;
  /** The key of its row. */
  row?: string | undefined;
  column?: string | undefined;
  code: string;
  message: string;
}

const shapes: Record<FileStage['state'], GateStatus> = {
  done: 'seen',
  waiting: 'waiting',
  refused: 'refused',
  skipped: 'waived',
};
const words: Record<FileStage['state'], string> = {
  done: 'done',
  waiting: 'not yet',
  refused: 'refused',
  skipped: 'not used',
};

/** A file's way: received, decrypted, checked, rows, applied, answered; what was found beside the line it is on. */
export function FileTimeline({
  stages,
  errors,
  errorTotal,
}: {
  stages: FileStage[];
  errors: FileError[];
  errorTotal?: number;
}) {
  const total = errorTotal ?? errors.length;
  return (
    <div className="flex flex-col gap-4">
      <ol className="flex flex-col gap-0">
        {stages.map((stage, index) => (
          <li key={stage.name} className="relative flex gap-3 pb-3">
            {index < stages.length - 1 ? (
              <span aria-hidden className="absolute top-5 bottom-0 left-2 w-px bg-line" />
            ) : null}
            <span className="mt-0.5">
              <GateShape status={shapes[stage.state]} />
            </span>
            <div className="min-w-0">
              <p>
                <span className="font-medium">{stage.name}</span>{' '}
                <span className="text-small text-muted">{words[stage.state]}</span>{' '}
                {stage.at ? (
                  <span className="text-small text-muted">
                    <RelativeTime at={stage.at} />
                  </span>
                ) : null}
              </p>
              {stage.detail ? <p className="text-muted">{stage.detail}</p> : null}
            </div>
          </li>
        ))}
      </ol>
      {errors.length > 0 ? (
        <section aria-label="Findings by line">
          <h3 className="mb-1 font-medium">
            {sayCount(total)} {total === 1 ? 'finding' : 'findings'}
            {total > errors.length ? (
              <span className="font-normal text-muted">, the first {sayCount(errors.length)}</span>
            ) : null}
          </h3>
          <ol className="divide-y divide-line rounded-card border bg-raised">
            {errors.map((error) => (
              <li
                key={`${error.line}${error.row}${error.column}${error.code}`}
                className="flex gap-3 px-3 py-1.5"
              >
                <span className="numeric w-16 shrink-0 font-mono text-code break-words text-muted">
                  {error.line === undefined ? error.row : `line ${error.line}`}
                </span>
                <span className="min-w-0">
                  {error.column && !error.message.startsWith(error.column) ? (
                    <code className="font-mono text-code">{error.column}</code>
                  ) : null}{' '}
                  {error.message} <code className="font-mono text-code text-muted">{error.code}</code>
                </span>
              </li>
            ))}
          </ol>
        </section>
      ) : null}
    </div>
  );
}

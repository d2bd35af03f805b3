import { useState } from 'react';
import type { EstimateView } from '#contract/estimates.ts';
import { act } from '../../api/client.ts';
import { useAct } from '../../api/use-api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorSummary, Field, Textarea } from '../../ui/field.tsx';
import { useFormFaults } from '../../ui/form-faults.ts';
import { RelativeTime } from '../../ui/time.tsx';
import { UnsavedGuard } from '../../ui/unsaved-guard.tsx';

type Comment = EstimateView['comments'][number];

/** Review comments with their answers; who may, answers and closes. */
export function Comments({ estimate, path }: { estimate: EstimateView; path: string }) {
  const [text, setText] = useState('');
  const add = useAct<string>({
    run: (words) => act('POST', `${path}/comments`, { text: words }),
    done: 'Comment added',
    onDone: () => setText(''),
    quiet: true,
  });
  const faults = useFormFaults({ text: 'New comment' });
  const may = (what: EstimateView['may'][number]) => estimate.may.includes(what);
  const open = estimate.comments.filter((one) => !one.closed).length;
  return (
    <section aria-label="Review comments" className="flex flex-col gap-3">
      <UnsavedGuard dirty={text.trim() !== ''} />
      <h2 className="text-heading">
        Review comments <span className="text-small font-normal text-muted">{open} open</span>
      </h2>
      {estimate.comments.length === 0 ? <p className="text-muted">No comment yet.</p> : null}
      <ul className="flex flex-col gap-3">
        {estimate.comments.map((comment) => (
          <CommentItem
            key={comment.id}
            comment={comment}
            path={path}
            mayAnswer={may('answer')}
            mayClose={may('close-comment')}
          />
        ))}
      </ul>
      {may('comment') ? (
        <form
          className="flex flex-col gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            faults.clear();
            if (text.trim()) add.mutate(text.trim(), { onError: faults.show });
          }}
        >
          <ErrorSummary {...faults.summary} />
          <Field label="New comment" hideLabel required error={faults.at.text}>
            <Textarea
              name="text"
              rows={3}
              placeholder="What should change?"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
          <Button type="submit" className="self-start" busy={add.isPending} disabled={!text.trim()}>
            Add comment
          </Button>
        </form>
      ) : null}
    </section>
  );
}

interface CommentItemProps {
  comment: Comment;
  path: string;
  mayAnswer: boolean;
  mayClose: boolean;
}

function CommentItem({ comment, path, mayAnswer, mayClose }: CommentItemProps) {
  const [answer, setAnswer] = useState<string>();
  const send = useAct<string>({
    run: (words) => act('POST', `${path}/comments/${comment.id}/answer`, { answer: words }),
    done: 'Comment answered',
    onDone: () => setAnswer(undefined),
  });
  const close = useAct({
    run: () => act('POST', `${path}/comments/${comment.id}/close`),
    done: 'Comment closed',
  });
  return (
    <li className="rounded-card border bg-raised px-3 py-2">
      <p className="flex flex-wrap items-baseline justify-between gap-2 text-small text-muted">
        <span>
          {comment.author}, version {comment.version}
        </span>
        <span className="flex items-center gap-2">
          <RelativeTime at={comment.at} />
          {comment.closed ? (
            <Badge>Closed</Badge>
          ) : comment.answer ? (
            <Badge tone="positive">Answered</Badge>
          ) : (
            <Badge tone="caution">Open</Badge>
          )}
        </span>
      </p>
      <p className="whitespace-pre-wrap">{comment.text}</p>
      {comment.answer ? (
        <p className="mt-2 border-l-2 pl-3 whitespace-pre-wrap">
          {comment.answer}
          <span className="block text-small text-muted">{comment.answeredBy}</span>
        </p>
      ) : null}
      {answer !== undefined ? (
        <div className="mt-2 flex flex-col gap-2">
          <Textarea
            aria-label="Answer"
            autoFocus
            rows={2}
            value={answer}
            onChange={(event) => setAnswer(event.target.value)}
          />
          <div className="flex gap-2">
            <Button
              small
              look="primary"
              busy={send.isPending}
              disabled={!answer.trim()}
              onClick={() => send.mutate(answer.trim())}
            >
              Send answer
            </Button>
            <Button small onClick={() => setAnswer(undefined)}>
              Cancel
            </Button>
          </div>
        </div>
      ) : !comment.closed && ((mayAnswer && !comment.answer) || mayClose) ? (
        <div className="mt-2 flex gap-2">
          {mayAnswer && !comment.answer ? (
            <Button small onClick={() => setAnswer('')}>
              Answer
            </Button>
          ) : null}
          {mayClose ? (
            <Button small look="quiet" busy={close.isPending} onClick={() => close.mutate()}>
              Close
            </Button>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

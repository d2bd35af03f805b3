import { Link } from '@tanstack/react-router';
import Ellipsis from 'lucide-react/icons/ellipsis';
import { type DragEvent, useRef, useState } from 'react';
import { peopleList } from '#contract/access.ts';
import { type BoardColumn, board, type Card } from '#contract/pipeline.ts';
import { act, withQuery } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Board } from '../../ui/board.tsx';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Menu } from '../../ui/menu.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';

/** How many cards of a column the server gives at most. */
const mostCards = 1000;

/** The board "Customer Pipeline": cards are dragged, or moved by their menu with the keyboard. */
export function CardBoard() {
  // Who may do what on the board stands in the routes; others only look.
  const mayMove = useHasRole('commercial-director', 'lead-consultant', 'integrations-manager');
  const mayAssign = useHasRole('commercial-director', 'lead-consultant');
  const [limit, setLimit] = useState(50);
  const query = useApi(withQuery('/api/pipeline/board', { limit }), board);
  const people = useApi(mayAssign ? '/api/people' : undefined, peopleList);
  const last = useRef(query.data);
  if (query.data) last.current = query.data;
  const shown = last.current;
  const [dragged, setDragged] = useState<Card>();
  const [over, setOver] = useState<BoardColumn>();
  const send = useAct<{ card: Card; column: BoardColumn }>({
    run: ({ card, column }) =>
      act('POST', `/api/customers/${card.customer.id}/cards/${card.id}/move`, { column }),
  });
  const assign = useAct<{ card: Card; assigneeId: string | null }>({
    run: ({ card, assigneeId }) =>
      act('POST', `/api/customers/${card.customer.id}/cards/${card.id}/assign`, { assigneeId }),
    done: (_, { assigneeId }) => (assigneeId ? 'Card assigned' : 'Card taken away from everybody'),
  });
  if (query.error && !shown) return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  if (!shown) return <SkeletonLines />;
  const columns = shown.columns;
  const move = (card: Card, column: BoardColumn) => {
    const from = card.column;
    if (from === column) return;
    const title = columns.find((one) => one.key === column)?.title ?? column;
    send.mutate(
      { card, column },
      {
        onSuccess: () =>
          toast(`Card moved to ${title}`, {
            undo: () => send.mutate({ card: { ...card, column }, column: from }),
          }),
      },
    );
  };
  if (columns.every((column) => column.count === 0))
    return (
      <EmptyState title="No card on the board yet">
        A card is made when an estimate is sent, or when a Lead Consultant engages for a new customer.
      </EmptyState>
    );
  const onDrop = (event: DragEvent, column: BoardColumn) => {
    event.preventDefault();
    setOver(undefined);
    if (dragged) move(dragged, column);
    setDragged(undefined);
  };
  return (
    <Board label={shown.name}>
      {columns.map((column) => (
        <section
          key={column.key}
          aria-label={column.title}
          className={classNames('min-w-[176px] flex-1', column.count === 0 && 'max-md:hidden')}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(column.key);
          }}
          onDragLeave={() => setOver(undefined)}
          onDrop={(event) => onDrop(event, column.key)}
        >
          <h2 className="mb-2 flex items-baseline gap-2 px-1 text-heading">
            {column.title} <span className="text-small font-normal text-muted">{column.count}</span>
          </h2>
          <ul
            className={classNames(
              'flex min-h-[120px] flex-col gap-2 rounded-card bg-hover p-2',
              dragged && over === column.key && 'outline-2 outline-accent',
            )}
          >
            {column.cards.map((card) => (
              <li
                key={card.id}
                draggable={mayMove}
                onDragStart={() => setDragged(card)}
                onDragEnd={() => setDragged(undefined)}
                className="rounded-control border bg-raised px-3 py-2"
              >
                <div className="flex items-start gap-1">
                  <span className="min-w-0 flex-1 font-medium">
                    {card.integrationId ? (
                      <Link
                        className="hover:underline"
                        to={`/customers/${card.customer.id}/integrations/${card.integrationId}`}
                      >
                        {card.title}
                      </Link>
                    ) : (
                      card.title
                    )}
                  </span>
                  {mayMove ? (
                    <Menu
                      trigger={
                        <IconButton label={`Move or assign ${card.title}`} small>
                          <Ellipsis aria-hidden />
                        </IconButton>
                      }
                      groups={[
                        columns
                          .filter((one) => one.key !== card.column)
                          .map((one) => ({
                            label: `Move to ${one.title}`,
                            onSelect: () => move(card, one.key),
                          })),
                        (people.data?.items ?? [])
                          .filter((person) => person.roles.includes('integrations-manager'))
                          .map((person) => ({
                            label: `Assign to ${person.name}`,
                            onSelect: () => assign.mutate({ card, assigneeId: person.id }),
                          })),
                      ]}
                    />
                  ) : null}
                </div>
                <p className="flex flex-wrap justify-between gap-x-2 text-small text-muted">
                  <span>{card.customer.code}</span>
                  <span>{card.assignee?.name ?? 'Unassigned'}</span>
                </p>
                <p className="text-small text-muted">
                  moved <RelativeTime at={card.movedAt} />
                </p>
              </li>
            ))}
          </ul>
          {column.count > column.cards.length && limit < mostCards ? (
            <button
              type="button"
              className="mt-2 px-1 text-accent underline underline-offset-2"
              onClick={() => setLimit(Math.min(mostCards, limit + 200))}
            >
              Show more of {column.title} ({column.count - column.cards.length})
            </button>
          ) : null}
        </section>
      ))}
    </Board>
  );
}

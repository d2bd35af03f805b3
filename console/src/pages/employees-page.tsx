import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { customerView } from '#contract/customers.ts';
import { type EmployeeRow, employeeList } from '#contract/employee-views.ts';
import { useMe } from '../api/me.ts';
import { useApi } from '../api/use-api.ts';
import { useSearchedList } from '../api/use-searched-list.ts';
import { Page } from '../app/page.tsx';
import { environmentPath } from '../features/environment-path.ts';
import { BankChanges } from '../features/payroll/bank-changes.tsx';
import { Companies } from '../features/payroll/companies.tsx';
import { RefusedRecords } from '../features/payroll/identity.tsx';
import { Badge } from '../ui/badge.tsx';
import type { EnvironmentName } from '../ui/environment-switch.tsx';
import { Select } from '../ui/field.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { useSetSearch } from '../ui/set-search.ts';
import { EmptyState } from '../ui/states.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { CalendarDate, Nothing, RelativeTime } from '../ui/time.tsx';

const statusNames = { pending: 'Not started', active: 'Active', terminated: 'Ended' };
const statusTones = { pending: 'info', active: 'positive', terminated: 'neutral' } as const;

function columnsOf(customer: string, environment: EnvironmentName): Column<EmployeeRow>[] {
  return [
    {
      id: 'name',
      header: 'Employee',
      value: (row) => row.name,
      cell: (row) => (
        <Link
          className="font-medium hover:underline"
          tabIndex={-1}
          to={`/customers/${customer}/employees/${row.employeeId}`}
          search={{ environment } as never}
        >
          {row.name}
        </Link>
      ),
    },
    { id: 'number', header: 'Number', value: (row) => row.employeeNumber, cell: (row) => row.employeeNumber },
    {
      id: 'company',
      header: 'Company',
      value: (row) => row.companyCode,
      cell: (row) => row.companyCode,
      wideOnly: true,
    },
    {
      id: 'position',
      header: 'Position',
      value: (row) => row.positionTitle,
      cell: (row) => row.positionTitle ?? '–',
      wideOnly: true,
    },
    {
      id: 'department',
      header: 'Department',
      value: (row) => row.departmentCode,
      cell: (row) => row.departmentCode ?? '–',
      wideOnly: true,
    },
    {
      id: 'status',
      header: 'Status',
      value: (row) => statusNames[row.status],
      cell: (row) => (
        <span className="flex gap-1">
          <Badge tone={statusTones[row.status]}>{statusNames[row.status]}</Badge>
          {row.findings > 0 ? (
            <span className="@2xl:hidden">
              <ToCheck count={row.findings} />
            </span>
          ) : null}
        </span>
      ),
    },
    {
      id: 'findings',
      header: 'To check',
      value: (row) => row.findings,
      cell: (row) => (row.findings > 0 ? <ToCheck count={row.findings} /> : <Nothing />),
      wideOnly: true,
    },
    {
      id: 'start',
      header: 'Started',
      value: (row) => row.startDate,
      cell: (row) => <CalendarDate date={row.startDate} />,
      align: 'right',
      wideOnly: true,
    },
    {
      id: 'updated',
      header: 'Changed',
      value: (row) => row.updatedAt,
      cell: (row) => <RelativeTime at={row.updatedAt} />,
      align: 'right',
      wideOnly: true,
    },
  ];
}

/** A customer's employees in one environment; values beyond work identity stay masked. */
export function EmployeesPage() {
  const { customer } = useParams({ strict: false }) as { customer: string };
  const search = useSearch({ strict: false }) as { environment?: string; status?: string };
  const environment: EnvironmentName = search.environment === 'production' ? 'production' : 'sandbox';
  const navigate = useNavigate();
  const setSearch = useSetSearch();
  const portal = useMe().customer !== null;
  const base = environmentPath({ customer, environment });
  const view = useApi(`/api/customers/${customer}`, customerView);
  const list = useSearchedList(`${base}/employees`, employeeList, { filters: { status: search.status } });
  const columns = useMemo(() => columnsOf(customer, environment), [customer, environment]);
  return (
    <Page
      title="Employees"
      crumbs={[
        ...(portal ? [] : [{ label: 'Customers', to: '/customers' }]),
        { label: view.data?.code ?? '…', to: `/customers/${customer}` },
      ]}
      environment={{ value: environment, onChange: (value) => setSearch({ environment: value }) }}
    >
      <div className="flex flex-col gap-8">
        {portal ? null : <BankChanges base={base} />}
        {list.error && !list.items ? (
          <ProblemView error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <Table
            label="Employees"
            {...list.table}
            columns={columns}
            rowId={(row) => row.employeeId}
            onOpen={(row) =>
              void navigate({
                to: `/customers/${customer}/employees/${row.employeeId}`,
                search: { environment } as never,
              })
            }
            total={list.filtered ? undefined : list.table.total}
            controls={
              <Select
                aria-label="Status"
                className="h-7 w-[130px]"
                value={search.status ?? ''}
                onChange={(event) => setSearch({ status: event.target.value || undefined })}
              >
                <option value="">Any status</option>
                {Object.entries(statusNames).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            }
            empty={
              list.filtered ? (
                <EmptyState
                  title="Nobody fits"
                  action={<ClearFilter onClear={() => setSearch({ q: undefined, status: undefined })} />}
                >
                  Take the filter away to see everybody.
                </EmptyState>
              ) : (
                <EmptyState title={`No employee in the ${environment} yet`}>
                  They come in by the Web API, by a file, or by a webhook. Nothing is typed here.
                </EmptyState>
              )
            }
          />
        )}
        <RefusedRecords base={base} />
        {portal ? null : <Companies base={base} />}
      </div>
    </Page>
  );
}

/** How many findings an employee has beside others; their words stand on the employee's page. */
function ToCheck({ count }: { count: number }) {
  return <Badge tone="caution">{count} to check</Badge>;
}

function ClearFilter({ onClear }: { onClear(): void }) {
  return (
    <button type="button" className="text-accent underline underline-offset-2" onClick={onClear}>
      Show everybody
    </button>
  );
}

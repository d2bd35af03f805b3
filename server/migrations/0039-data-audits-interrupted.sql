-- A try of a job that ended its process: `started_at` is set while a try runs, so the next one finds it still set.

alter table data_audits.audits add column started_at timestamptz, add column interruptions int not null default 0;
alter table data_audits.extracts add column started_at timestamptz, add column interruptions int not null default 0;

-- When each cron is to run next; a row is there while it is wanted to run. And what became of the runs of jobs and crons.
create table workload_schedule (
    workload_id uuid        primary key references workload,
    account_id  uuid        not null,
    next_at     timestamptz not null,
    queued_at   timestamptz              -- a due time that waits for the run before it to end
);
create index workload_schedule_due on workload_schedule (next_at);
create index workload_schedule_queued on workload_schedule (workload_id) where queued_at is not null;

create sequence workload_run_number;
create table workload_run (
    workload_id uuid        not null references workload,
    number      bigint      not null default nextval('workload_run_number'),
    run         bigint,                  -- of the wish; null for one that never began
    generation  bigint,                  -- from which its containers are
    trigger     text        not null,    -- schedule, api
    due_at      timestamptz,             -- of a schedule
    state       text        not null check (state in ('running', 'succeeded', 'failed', 'stopped', 'skipped', 'refused')),
    message     text,
    actor       text        not null,
    operation   text        not null,
    started_at  timestamptz not null,
    finished_at timestamptz,
    primary key (workload_id, number)
);

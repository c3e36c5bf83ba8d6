-- Caps on what accounts and workloads may cost in a billing period, and what runs now, which counts against them (decision 29).

-- What runs, as metering last told: from `told_ms` on it is used and not told yet. Volumes stand here under their own ids.
create table running_use (
    container_id   uuid    primary key,
    account_id     uuid    not null,
    workload_id    uuid    not null,
    partition      integer not null,
    interval_start bigint  not null,          -- Unix milliseconds, as all times here
    told_ms        bigint  not null,          -- pieces of it are told up to here
    cpu_millis     integer not null,
    memory_mib     integer not null,
    volume_gib     integer not null,
    check (told_ms >= interval_start)
) with (fillfactor = 70);
create index running_use_account on running_use (account_id);

create table spend_cap (
    account_id     uuid        not null references customer,
    kind           text        not null check (kind in ('account', 'workload', 'prepaid')),
    holder         uuid        not null,      -- the workload, or the account
    workload_id    uuid,                      -- the same, null unless it is a workload's
    active         boolean     not null,
    amount_minor   bigint      check (amount_minor between 0 and 1000000000000000),  -- null of prepaid: the credit that is left
    action         text        not null check (action in ('refuse', 'stop')),
    period_start   timestamptz,               -- the period of what follows; null before it was judged once
    notified       integer     not null default 0 check (notified in (0, 75, 90, 100)),
    reached        boolean     not null default false,
    reached_at     timestamptz,
    judged_minor   bigint,                    -- the amount it was last judged by
    allowed_minor  bigint      not null default 0,  -- while it is reached: what is used beyond is credited
    credited_minor bigint      not null default 0,  -- and was, since it was reached
    credited_at    timestamptz,
    set_at         timestamptz not null,
    set_by         text        not null,
    primary key (account_id, kind, holder),
    check ((kind = 'workload') = (workload_id is not null)),
    check (kind = 'prepaid' or not active or amount_minor is not null),
    check (not reached or reached_at is not null)
);
create index spend_cap_active on spend_cap (account_id) where active;

-- Who was told what: once for each cap, period and percentage, whatever crashes and whoever runs.
create table spend_cap_notice (
    account_id   uuid        not null,
    kind         text        not null,
    holder       uuid        not null,
    period_start timestamptz not null,
    percent      integer     not null check (percent in (75, 90, 100)),
    noticed_at   timestamptz not null,
    primary key (account_id, kind, holder, period_start, percent),
    foreign key (account_id, kind, holder) references spend_cap
);

alter table account_standing add column cap_reached boolean not null default false;

-- What autoscaling last saw of each service that has it, so that another replica of the gateway goes on from there.
create table autoscale (
    workload_id uuid        primary key references workload,
    samples     jsonb       not null,    -- the latest of each container
    history     jsonb       not null,    -- what was recommended within the cooldown
    replicas    integer     not null,    -- what is recommended
    message     text        not null,    -- why
    looked_at   timestamptz not null
);
create index workload_autoscaled on workload (workload_id)
    where removed_at is null and jsonb_typeof(manner -> 'autoscale') = 'object';

-- Whose turn it is: one replica looks at a time, and one that was overtaken by a later turn changes nothing.
create table autoscale_turn (
    one     boolean     primary key default true check (one),
    number  bigint      not null,
    next_at timestamptz not null
);

-- Why Berth changed the replicas of a service, by the operation that travels with the effects; kept for as long as operations.
create table autoscale_change (
    operation     text        primary key,
    workload_id   uuid        not null references workload,
    from_replicas integer     not null,
    to_replicas   integer     not null,
    reason        text        not null,
    changed_at    timestamptz not null
);
create index autoscale_change_at on autoscale_change (changed_at);

alter table feed_event add column reason text;    -- why the platform did it by itself, where it says

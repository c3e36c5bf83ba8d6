-- An instant from its milliseconds since the epoch: how arrays of instants are passed in, exactly.
create function at_ms(bigint) returns timestamptz language sql stable parallel safe as $$
    select timestamptz 'epoch' + $1 * interval '1 millisecond'
$$;

-- Accounts: only what metering needs of them, which is the zone their days begin in.
create table account (
    account_id uuid        primary key,
    time_zone  text        not null,
    opened_at  timestamptz not null,
    closed_at  timestamptz
);

-- What the provisioner said, as it came. Never changed but where two events claim one sequence; never deleted.
create table fact (
    container_id uuid        not null,
    sequence     bigint      not null check (sequence > 0),
    kind         text        not null check (kind in ('started', 'resized', 'stopped', 'failed')),
    event_id     uuid        not null,
    account_id   uuid        not null,
    workload_id  uuid        not null,
    partition    integer     not null,
    at           timestamptz not null,
    began_at     timestamptz,            -- a stop says when the container started, too
    proven_until timestamptz,            -- of a stop: up to when it is proven, where its time cannot be true
    cpu_millis   integer,
    memory_mib   integer,
    host         text,
    engine_id    text,
    code         text,                   -- why it stopped, or why its launch failed
    operation    text        not null,
    actor        text        not null,
    caused_at    timestamptz not null,
    traceparent  text,
    contested    boolean     not null default false,
    recorded_at  timestamptz not null default now(),
    primary key (container_id, sequence)
);

-- What follows from facts and sightings, and from nothing else. finished_at is null while it runs.
--
-- No two intervals of a container overlap, and the database says so: part is 0 for an interval that is all there is of its container,
-- otherwise they are counted from 1. A container has one first interval at most (0 or 1), and a later one only after the one before it:
-- so what is alone is alone, and of all others no_two_at_once sees each. Containers that were never resized are nearly all there are,
-- and with this they stay out of the GiST index, which costs ten times what a B-tree does.
create table usage_interval (
    container_id uuid        not null,
    started_at   timestamptz not null,
    finished_at  timestamptz check (finished_at >= started_at),
    account_id   uuid        not null,
    workload_id  uuid        not null,
    partition    integer     not null,
    cpu_millis   integer     not null check (cpu_millis >= 0),    -- 0 only for a launch that failed
    memory_mib   integer     not null check (memory_mib >= 0),
    zero_reason  text,                                            -- why it is not billed
    sequence     bigint      not null,                            -- of the fact that began it, which knows the cause
    host         text        not null,
    part         smallint    not null default 1 check (part >= 0),
    part_before  smallint    generated always as (case when part > 1 then part - 1 end) stored,
    primary key (container_id, part),
    constraint no_part_without_the_one_before foreign key (container_id, part_before) references usage_interval (container_id, part),
    constraint no_two_at_once exclude using gist (container_id with =, tstzrange(started_at, finished_at) with &&) where (part > 0)
);
create unique index no_two_at_once_alone on usage_interval (container_id) where part <= 1;
create index usage_interval_of_account on usage_interval (account_id, finished_at, container_id);
create index usage_interval_open_on_host on usage_interval (partition, host) where finished_at is null;

-- The last inventory of each host on each partition, and what it listed.
create table host_inventory (
    host        text        not null,
    partition   integer     not null,
    observed_at timestamptz not null,
    retired     boolean     not null,
    alive       uuid[]      not null,
    primary key (host, partition)
);

-- When each host was looked at, for a day: so that an inventory that comes late still finds its place.
create table inventory_time (
    host        text        not null,
    partition   integer     not null,
    observed_at timestamptz not null,
    retired     boolean     not null,
    primary key (host, partition, observed_at)
);

-- What inventories say of a container that its facts do not. Few: a container that stopped in order has no row.
create table sighting (
    container_id uuid        primary key,
    host         text        not null,
    partition    integer     not null,
    started_at   timestamptz,
    last_proof   timestamptz,
    missing_at   timestamptz
);
create index sighting_on_host on sighting (host, partition, missing_at);

-- What does not fit together, as long as it does not.
create table finding (
    container_id uuid        not null,
    kind         text        not null,
    from_at      timestamptz not null,
    to_at        timestamptz,
    account_id   uuid,
    workload_id  uuid,
    detail       text        not null,
    found_at     timestamptz not null default now(),
    primary key (container_id, kind, from_at)
);
create index finding_of_account on finding (account_id, from_at);

-- Containers whose intervals changed since they were told: a log per partition, whose order is the order of commits, because
-- whoever writes holds the lock of the partition.
create table due (
    partition    integer     not null,
    seq          bigint      generated always as identity,
    container_id uuid        not null,
    changed_from timestamptz not null,
    primary key (partition, seq)
);

-- What was told on berth.usage, for ever: a piece is known by (container, start) and never crosses a UTC hour.
create table usage_piece (
    container_id   uuid        not null,
    start_at       timestamptz not null,
    end_at         timestamptz not null check (end_at >= start_at),
    interval_start timestamptz not null,
    account_id     uuid        not null,
    workload_id    uuid        not null,
    cpu_millis     integer     not null,
    memory_mib     integer     not null,
    zero_reason    text,
    withdrawn      boolean     not null default false,
    revision       integer     not null default 0,
    recorded_at    timestamptz not null default now(),
    primary key (container_id, start_at)
);

-- Billed use per container and UTC hour, as far as it was told: a cache, made again from intervals at will.
create table usage_window (
    container_id   uuid           not null,
    hour           timestamptz    not null,
    account_id     uuid           not null,
    workload_id    uuid           not null,
    container_ms   numeric(38, 0) not null,
    cpu_millis_ms  numeric(38, 0) not null,
    memory_mib_ms  numeric(38, 0) not null,
    primary key (container_id, hour)
);
create index usage_window_of_account on usage_window (account_id, hour);

-- Up to when use is complete, as it was told. One row, and it never goes back.
create table watermark (
    one       boolean     primary key default true check (one),
    published timestamptz not null,
    moved_at  timestamptz not null default now()
);

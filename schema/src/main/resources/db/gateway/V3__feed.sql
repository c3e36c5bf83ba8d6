-- What happened to each account, in the order in which the feed wrote it. position is given out under one advisory lock that is
-- held until the commit, so a reader that has seen position n never finds a smaller one later: "greater than the last" loses nothing.
create sequence feed_position;
create table feed_event (
    position     bigint      primary key,
    event_id     uuid        not null unique,
    account_id   uuid        not null,
    workload_id  uuid,                       -- the workload it is about, also of its containers' events
    type         text        not null,       -- such as container.started
    subject      text        not null,       -- the id it is about: ctr_…, wl_…, inv_…, acct_…
    occurred_at  timestamptz not null,       -- in the world
    recorded_at  timestamptz not null,       -- here
    actor        text        not null,
    operation    text        not null,
    caused_at    timestamptz not null,
    data         jsonb       not null
);
create index feed_event_account on feed_event (account_id, position);
create index feed_event_workload on feed_event (workload_id, position) where workload_id is not null;
create index feed_event_recorded on feed_event (recorded_at);

-- The latest wish of each workload that the feed has read, to say what is observed of it. The row is also the lock under which it
-- is decided whether a job has come to its end: its containers' facts come on several partitions, to several replicas.
create table feed_workload (
    workload_id uuid        primary key,
    account_id  uuid        not null,
    kind        text        not null,         -- '' until a wish was read
    generation  bigint      not null,         -- 0 until a wish was read
    revision    bigint      not null,
    run         bigint      not null,
    run_after   bigint      not null,         -- containers of greater generations belong to the present revision and run
    state       text        not null check (state in ('running', 'stopped', 'removed')),
    held_by     text,
    replicas    integer     not null,
    restart     text        not null,
    changed_at  timestamptz not null
);

-- The latest fact of each container, for what is observed of a workload. The provisioner owns the truth.
create table feed_container (
    container_id uuid        primary key,
    account_id   uuid        not null,
    workload_id  uuid        not null,
    generation   bigint      not null,        -- 0 where a stop came and its start has not
    replica      integer     not null,
    state        text        not null check (state in ('running', 'stopped', 'failed')),
    image        text        not null,
    started_at   timestamptz,
    exit_code    integer,
    reason       text,                        -- of a stop; the code of a failed launch
    message      text,
    cpu_millis   integer     not null,
    memory_mib   integer     not null,
    sequence     bigint      not null,        -- of the fact; a smaller one is old news
    changed_at   timestamptz not null
);
create index feed_container_workload on feed_container (workload_id, container_id);
create index feed_container_running on feed_container (account_id) where state = 'running';
create index feed_container_gone on feed_container (changed_at) where state <> 'running';

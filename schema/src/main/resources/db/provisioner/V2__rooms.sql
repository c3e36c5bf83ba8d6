-- desired: the latest wish of each workload, whole. A withdrawn one stays as a tombstone, so that old news is known as such.
create table wish (
    workload_id uuid        primary key,
    account_id  uuid        not null,
    generation  bigint      not null,
    body        jsonb,                      -- WorkloadDesired; null when it was withdrawn
    grace_seconds integer   not null default 10, -- of the last wish that was not withdrawn
    cause       jsonb       not null,
    changed_at  timestamptz not null,
    gone_at     timestamptz                 -- withdrawn, and nothing of it is left on the engine
);
create index wish_standing on wish (account_id) where gone_at is null;

-- tenant: the isolated place of an account.
create table tenant (
    account_id     uuid        primary key,
    state          text        not null check (state in ('provisioning', 'ready', 'closing', 'removed')),
    max_containers integer     not null,
    max_cpu_millis integer     not null,
    max_memory_mib integer     not null,
    block          integer     unique,      -- which part of the address pool; free again when the network is gone
    subnet         text,
    network        text,
    network_id     text,
    host           text,
    cause          jsonb       not null,
    message        text,                    -- why it is not ready yet
    opened_at      timestamptz not null,
    ready_at       timestamptz,
    closed_at      timestamptz,
    removed_at     timestamptz
);
create index tenant_in_motion on tenant (account_id) where state in ('provisioning', 'closing');

-- Parts of the address pool that the engine refused, since something else on the host has them.
create table refused_block (
    block      integer     primary key,
    subnet     text        not null,
    reason     text        not null,
    refused_at timestamptz not null
);

-- Which images a registry gave to an account; on the host they lie for all.
create table tenant_image (
    account_id uuid        not null,
    image_id   text        not null,
    used_at    timestamptz not null,        -- when it last fetched it or launched from it
    primary key (account_id, image_id)
);

create table host (
    host           text        primary key,
    engine_key     text        not null unique,   -- the engine's own id: the name stays when the machine is renamed
    machine        text        not null,          -- the machine's own name
    state          text        not null check (state in ('ready', 'away', 'retiring', 'retired')),
    engine_version text        not null,
    api_version    text        not null,
    cpus           integer     not null,
    memory_mib     integer     not null,
    findings       jsonb       not null default '[]',
    last_seen_at   timestamptz not null,
    last_inventory_at timestamptz
);

-- lifecycle: one row is one run of one container.
create table container (
    container_id     uuid        primary key,
    workload_id      uuid        not null,
    account_id       uuid        not null,
    generation       bigint      not null,
    revision         bigint      not null,
    run              bigint      not null,
    replica          integer     not null check (replica >= 1),
    attempt          integer     not null check (attempt >= 1),   -- in a row, since it last ran well
    failures         integer     not null default 0,              -- in a row before it, that were the platform's
    name             text        not null,                        -- of the replica, such as web-1
    host             text        not null,
    image            text        not null,
    image_id         text,                                        -- pinned between the check and the start
    engine_id        text        unique,
    cpu_millis       integer     not null,
    memory_mib       integer     not null,
    want_cpu_millis  integer     not null,
    want_memory_mib  integer     not null,
    resize_refused   bigint,                                      -- the generation whose size the engine refused
    state            text        not null,
    rank             smallint    not null,
    deadline_at      timestamptz,                                 -- of the transient state it is in
    intention        text,                                        -- why we stop it
    intended_at      timestamptz,
    grace_seconds    integer     not null default 10,
    kill_at          timestamptz,                                 -- set once it was asked to end
    started_at       timestamptz,
    finished_at      timestamptz,
    exit_code        integer,
    oom_killed       boolean     not null default false,
    reason           text,
    code             text,
    message          text,
    next_start_at    timestamptz,
    sequence         bigint      not null default 0,              -- of the last fact written
    cause            jsonb       not null,                        -- of the launch
    stop_cause       jsonb,
    size_cause       jsonb,
    superseded       boolean     not null default false,          -- a newer run of this replica exists
    logs_kept        boolean     not null default false,
    removed_at       timestamptz,                                 -- nothing of it is left on the engine
    created_at       timestamptz not null,
    changed_at       timestamptz not null
);
create index container_of_workload on container (workload_id, container_id);
create index container_of_account on container (account_id, container_id);
create index container_standing on container (workload_id) where not superseded or removed_at is null;
create index container_on_engine on container (host) where removed_at is null;
create index container_old on container (changed_at) where removed_at is not null;
-- Never two of one replica at one revision and run.
create unique index container_one_per_replica on container (workload_id, replica, revision, run)
    where state in ('pending', 'pulling', 'starting', 'running') and resize_refused is null;

-- Output that outlives its container.
create table kept_log (
    container_id uuid        primary key,
    account_id   uuid        not null,
    lines        bytea       not null,        -- gzip of "time stream text" lines, oldest first
    cut          boolean     not null,        -- older output was not kept
    kept_at      timestamptz not null
);
create index kept_log_old on kept_log (kept_at);
create index kept_log_of_account on kept_log (account_id, kept_at);

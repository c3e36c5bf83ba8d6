-- URLs that deploy a workload anew or scale it when they are called. Of the secret in a URL only a hash is kept.
create table workload_trigger (
    trigger_id   uuid        primary key,
    account_id   uuid        not null references account,
    workload_id  uuid        not null references workload,
    name         text        not null,
    action       text        not null check (action in ('redeploy', 'scale')),
    replicas     integer,                          -- of a scale: sets to, unless the call says
    step         integer,                          -- of a scale: adds, or takes away, unless the call says
    min_replicas integer,
    max_replicas integer,
    lookup       text        not null unique,      -- the part of the secret that finds it
    secret_hash  bytea       not null,             -- SHA-256 of the whole secret
    created_by   text        not null,             -- usr_… or key_…
    created_at   timestamptz not null,
    last_used_at timestamptz,
    uses         bigint      not null default 0,
    unique (workload_id, name),
    check ((action = 'scale') = (min_replicas is not null)),
    check ((action = 'scale') = (max_replicas is not null)),
    check (action = 'scale' or (replicas is null and step is null)),
    check (replicas is null or step is null),
    check (min_replicas between 1 and max_replicas)
);

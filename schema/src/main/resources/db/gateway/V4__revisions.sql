-- What a wish says of how it is started, watched and changed over; and its revisions, to go back to.
alter table workload
    add column manner        jsonb  not null default '{}',
    add column last_revision bigint not null default 1;      -- the greatest that was ever given out
update workload set last_revision = revision;

create table workload_revision (
    workload_id uuid        not null references workload,
    revision    bigint      not null check (revision >= 1),
    spec        jsonb       not null,       -- what makes containers of it
    actor       text        not null,
    operation   text        not null,
    created_at  timestamptz not null,
    primary key (workload_id, revision)
);

-- Written by the feed: what became of the latest wish of a service, as the provisioner tells of it.
create table feed_rollout (
    workload_id      uuid        primary key,
    account_id       uuid        not null,
    generation       bigint      not null,
    revision         bigint      not null,
    serving_revision bigint,
    state            text        not null,
    updated          integer     not null,
    ready            integer     not null,
    message          text,
    sequence         bigint      not null,
    changed_at       timestamptz not null
);

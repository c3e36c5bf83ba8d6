-- rollout: how each service stands to its wish, and the last wish that was complete, which a rollout that fails goes back to.
create table rollout (
    workload_id   uuid        primary key,
    account_id    uuid        not null,
    generation    bigint      not null,              -- of the wish that was looked at
    revision      bigint      not null,              -- of that wish
    run           bigint      not null,
    state         text        not null check (state in ('progressing', 'paused', 'awaiting', 'complete', 'rolled_back', 'failed')),
    serving       jsonb,                             -- WorkloadDesired; null when none was complete so far
    begun_at      timestamptz,                       -- the first new container; null before
    waited_ms     bigint      not null default 0,    -- for its owner, which its deadline does not count
    waiting_since timestamptz,
    message       text,
    updated       integer     not null,
    ready         integer     not null,
    sequence      bigint      not null,              -- of the last fact told
    changed_at    timestamptz not null
);

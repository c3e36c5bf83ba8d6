-- Customers' webhooks: where an account wants its events sent, and what became of each (decision 17).
create table webhook_endpoint (
    endpoint_id      uuid        primary key,
    account_id       uuid        not null references account,
    url              text        not null,
    description      text        not null,
    events           text[]      not null,         -- filters such as container.*; none is all
    state            text        not null check (state in ('enabled', 'disabled')),
    disabled_reason  text,                         -- why Berth disabled it; null where its owner did
    from_position    bigint      not null,         -- in the feed; what stands behind is sent
    generation       bigint      not null,
    secret_version   integer     not null check (secret_version >= 1),
    sealed           text        not null,         -- the signing secret, as schema.wire.SecretBox seals it, for secret_version
    previous_sealed  text,                         -- the one before, for secret_version - 1
    previous_until   timestamptz,                  -- until when that signs too
    failing_since    timestamptz,                  -- the first attempt that failed after the last that did not
    succeeded_at     timestamptz,                  -- the last attempt that did not fail
    created_by       text        not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    check ((previous_sealed is null) = (previous_until is null)),
    check (disabled_reason is null or state = 'disabled')
);
create index webhook_endpoint_account on webhook_endpoint (account_id, endpoint_id);

-- What is sent, byte for byte, to however many endpoints and however often.
create table webhook_message (
    event_id    uuid        primary key,
    account_id  uuid        not null,
    type        text        not null,
    body        text        not null,              -- JSON exactly as it is sent; text, so that its bytes never change
    recorded_at timestamptz not null
);
create index webhook_message_recorded on webhook_message (recorded_at);

-- One event for one endpoint: at most one row, however often it is tried or replayed.
create table webhook_delivery (
    delivery_id     uuid        primary key,
    endpoint_id     uuid        not null references webhook_endpoint on delete cascade,
    event_id        uuid        not null references webhook_message,
    account_id      uuid        not null,
    type            text        not null,
    test            boolean     not null,          -- asked for by hand: tried once
    state           text        not null check (state in ('waiting', 'sending', 'succeeded', 'failed', 'held')),
    attempts        integer     not null,          -- begun so far; the number of the last one is what its result must name (fence)
    failures        integer     not null,          -- of the present round, which a replay begins anew
    next_attempt_at timestamptz,                   -- of one that waits; of one under way when it counts as interrupted
    status          integer,                       -- HTTP, of the last attempt that ended
    message         text,                          -- why the last attempt failed, or why there was none
    created_at      timestamptz not null,
    ended_at        timestamptz,
    unique (endpoint_id, event_id),
    check ((next_attempt_at is not null) = (state in ('waiting', 'sending')))
);
create index webhook_delivery_due on webhook_delivery (endpoint_id, next_attempt_at) where state in ('waiting', 'sending');
create index webhook_delivery_of_endpoint on webhook_delivery (endpoint_id, delivery_id);
create index webhook_delivery_unsent on webhook_delivery (endpoint_id, created_at) where state in ('failed', 'held');
create index webhook_delivery_created on webhook_delivery (created_at);
create index webhook_delivery_event on webhook_delivery (event_id);

-- Written before anything is sent, and ended with what came of it.
create table webhook_attempt (
    delivery_id uuid        not null references webhook_delivery on delete cascade,
    number      integer     not null,
    started_at  timestamptz not null,
    ended_at    timestamptz,
    duration_ms bigint,
    status      integer,
    message     text,                              -- in words; null for a success
    response    text,                              -- the beginning of the body that was answered
    primary key (delivery_id, number)
);

-- How far the feed was taken in. Whoever moves it holds the row, so an event becomes deliveries once.
create table webhook_cursor (
    one      boolean primary key default true check (one),
    position bigint  not null
);
insert into webhook_cursor (position) select coalesce(max(position), 0) from feed_event;

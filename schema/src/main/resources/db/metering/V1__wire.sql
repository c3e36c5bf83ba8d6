-- The same four tables in every service: events out, events in, what could not be taken, and who runs which loop.
create table outbox (
    seq             bigint generated always as identity primary key,
    event_id        uuid        not null unique,
    topic           text        not null,
    partition       integer     not null,
    key             text        not null,
    type            text        not null,
    account_id      uuid,
    occurred_at     timestamptz not null,
    operation       text        not null,
    actor           text        not null,
    caused_at       timestamptz not null,
    traceparent     text,
    payload         text        not null,   -- JSON exactly as it is sent; text, so that its bytes never change
    recorded_at     timestamptz not null default now(),
    published_at    timestamptz,
    published_topic text,                   -- Kafka's id of the topic it was published to
    published_offset bigint
);
create index outbox_pending on outbox (seq) where published_at is null;
create index outbox_published on outbox (topic, partition, published_offset) where published_at is not null;

create function outbox_wake() returns trigger language plpgsql as $$
begin
    perform pg_notify('berth_outbox_' || tg_table_schema, '');
    return null;
end
$$;
create trigger outbox_wake after insert on outbox for each statement execute function outbox_wake();

-- Dedupe, for ever, by event id alone; consumer is the code of dev.berth.schema.Consumer.
create table inbox_event (
    event_id uuid     not null,
    consumer smallint not null,
    primary key (event_id, consumer)
);

create table quarantine (
    id          bigint generated always as identity primary key,
    consumer    text        not null,
    topic       text        not null,
    partition   integer     not null,
    record_offset bigint    not null,
    event_id    text        not null default '',
    type        text        not null default '',
    headers     jsonb       not null default '{}',
    key         text        not null default '',
    payload     bytea       not null,
    error       text        not null,
    attempts    integer     not null default 1,
    recorded_at timestamptz not null default now(),
    replayed_at timestamptz,
    unique (consumer, topic, partition, record_offset, event_id)
);

create table lease (
    name       text        primary key,
    holder     text        not null,
    fence      bigint      not null,
    expires_at timestamptz not null
);

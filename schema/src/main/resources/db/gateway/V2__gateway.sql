-- Accounts, who may act for them, how much they may have, what they wish, and which answers were already given.

create table account (
    account_id    uuid        primary key,
    name          text        not null check (length(name) between 1 and 100),
    plan          text        not null,
    currency      char(3)     not null,
    time_zone     text        not null,
    standing      text        not null default 'good' check (standing in ('good', 'past_due', 'suspended', 'closed')),
    cap_reached   boolean     not null default false,
    standing_reason text      not null default '',
    standing_since timestamptz,
    created_at    timestamptz not null
);

create table users (
    user_id       uuid        primary key,
    email         text        not null,         -- as it was written, for mails
    email_key     text        not null unique,  -- normalised: one person, one row
    password_hash text        not null,         -- Argon2id in PHC string format
    created_at    timestamptz not null
);

create table membership (
    account_id uuid        not null references account,
    user_id    uuid        not null references users,
    role       text        not null check (role in ('owner', 'admin', 'developer', 'billing', 'viewer')),
    created_at timestamptz not null,
    primary key (account_id, user_id)
);
create index membership_user on membership (user_id);

create table api_key (
    api_key_id   uuid        primary key,
    account_id   uuid        not null references account,
    user_id      uuid        not null references users,  -- who made it; it never may more than its maker
    name         text        not null,
    lookup       text        not null unique,            -- the part of the key that finds the row
    secret_hash  bytea       not null,                   -- SHA-256 of the whole key; it has 160 random bits
    scopes       text[]      not null,
    created_at   timestamptz not null,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_key_account on api_key (account_id, api_key_id);

create table session (
    session_id   uuid        primary key,
    user_id      uuid        not null references users,
    account_id   uuid        not null references account,
    secret_hash  bytea       not null unique,            -- SHA-256 of the cookie
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null
);
create index session_expires on session (expires_at);

-- Limits, and what is held of them. The limits row is the lock that a wish takes before it is checked.
create table quota (
    account_id     uuid    primary key references account,
    max_containers integer not null check (max_containers >= 0),
    max_cpu_millis integer not null check (max_cpu_millis >= 0),
    max_memory_mib integer not null check (max_memory_mib >= 0),
    max_volumes    integer not null check (max_volumes >= 0),
    max_volume_gib integer not null check (max_volume_gib >= 0)
);

create table quota_hold (
    account_id uuid    not null references quota,
    holder     uuid    not null,                         -- the workload
    containers integer not null check (containers >= 0),
    cpu_millis bigint  not null check (cpu_millis >= 0),
    memory_mib bigint  not null check (memory_mib >= 0),
    primary key (account_id, holder)
);

-- Wishes. A row stays after its workload was removed: invoices still name it.
create table workload (
    workload_id   uuid        primary key,
    account_id    uuid        not null references account,
    name          text        not null,
    kind          text        not null check (kind in ('service', 'job', 'cron', 'machine')),
    generation    bigint      not null check (generation >= 1),
    revision      bigint      not null check (revision >= 1),
    run           bigint      not null check (run >= 1),
    wanted        text        not null check (wanted in ('running', 'stopped')),  -- what the owner wants
    held_by       text,                                  -- why it is stopped all the same
    fresh_generation bigint   not null,                  -- from which its containers were made anew
    finished      boolean     not null default false,    -- a job that came to its end and was not run again
    image         text        not null,
    command       text[]      not null,
    args          text[]      not null,
    env           jsonb       not null,
    cpu_millis    integer     not null check (cpu_millis > 0),
    memory_mib    integer     not null check (memory_mib > 0),
    replicas      integer     not null check (replicas >= 1),
    ports         integer[]   not null,
    restart       text        not null check (restart in ('always', 'on_failure', 'never')),
    max_runtime_s integer,
    stop_grace_s  integer     not null,
    auto_destroy  boolean     not null,
    read_only_root boolean    not null,
    labels        jsonb       not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    removed_at    timestamptz
);
create unique index workload_name on workload (account_id, name) where removed_at is null;
create index workload_account on workload (account_id, workload_id desc);

-- Answers to writes that carried an Idempotency-Key, sealed with a key that only the same request can make.
create table idempotency (
    caller      text        not null,   -- account, user, operator or address
    key_hash    bytea       not null,   -- SHA-256 of the Idempotency-Key
    fingerprint bytea       not null,   -- keyed hash of method, path and body
    answer      bytea,                  -- null while an outside effect is under way
    created_at  timestamptz not null,
    locked_until timestamptz,
    primary key (caller, key_hash)
);
create index idempotency_created on idempotency (created_at);

-- Written by the feed: the isolated place of an account, as the provisioner tells of it.
create table feed_tenant (
    account_id uuid        primary key,
    state      text        not null check (state in ('ready', 'removed')),
    since      timestamptz not null
);

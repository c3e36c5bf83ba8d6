-- Keys of those who run Berth, beside the one in the settings, which may everything and stands in no table.
create table operator_key (
    operator_key_id uuid        primary key,
    name            text        not null,
    role            text        not null check (role in ('admin', 'support', 'finance', 'viewer')),
    lookup          text        not null unique,
    secret_hash     bytea       not null,                  -- SHA-256 of the whole key
    created_by      text        not null,                  -- operator or opk_…
    created_at      timestamptz not null,
    expires_at      timestamptz,
    last_used_at    timestamptz,                           -- to the minute
    rotated_at      timestamptz,
    old_lookup      text        unique,                    -- the secret before the last rotation, which is let in for a while
    old_secret_hash bytea,
    old_until       timestamptz,
    revoked_at      timestamptz,
    constraint operator_key_old check (
        (old_lookup is null) = (old_until is null) and (old_lookup is null) = (old_secret_hash is null))
);

-- What the operator tells all customers, for a time.
create table announcement (
    announcement_id uuid        primary key,
    title           text        not null check (length(title) between 1 and 120),
    body            text        not null check (length(body) <= 2000),
    severity        text        not null check (severity in ('info', 'maintenance', 'incident')),
    from_at         timestamptz not null,
    until_at        timestamptz,                           -- null: until it is changed or deleted
    created_by      text        not null,                  -- operator or opk_…
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    check (until_at is null or until_at > from_at)
);
create index announcement_from on announcement (from_at desc);

-- Volumes: what is wished of each, and its snapshots. A deleted one is a tombstone until purge_at, and its data is there so long.
create table volume (
    volume_id       uuid        primary key,
    account_id      uuid        not null references account,
    name            text        not null,
    generation      bigint      not null check (generation >= 1),
    size_gib        integer     not null check (size_gib >= 1),
    origin_volume   uuid,                                -- whose data it began with
    origin_snapshot uuid,
    restores        bigint      not null default 0,
    restore_from    uuid,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    deleted_at      timestamptz,
    purge_at        timestamptz,
    purged_at       timestamptz,                         -- VolumeRemoved was written: there is no way back
    check ((deleted_at is null) = (purge_at is null)),
    check (purged_at is null or deleted_at is not null)
);
create unique index volume_name on volume (account_id, name) where deleted_at is null;
create index volume_account on volume (account_id, volume_id desc);
create index volume_to_purge on volume (purge_at) where purge_at is not null and purged_at is null;

create table volume_snapshot (
    snapshot_id uuid        primary key,
    volume_id   uuid        not null references volume,
    name        text        not null,
    size_gib    integer     not null check (size_gib >= 1),  -- of the volume when it was asked for
    created_at  timestamptz not null,
    removed_at  timestamptz
);
create index volume_snapshot_of on volume_snapshot (volume_id, snapshot_id) where removed_at is null;

-- A volume and its snapshots hold of the quota as workloads do.
alter table quota_hold
    add column volumes    integer not null default 0 check (volumes >= 0),
    add column volume_gib bigint  not null default 0 check (volume_gib >= 0);

-- Written by the feed: what became of each volume, as the provisioner tells of it.
create table feed_volume (
    volume_id         uuid        primary key,
    account_id        uuid        not null,
    state             text        not null check (state in ('wished', 'ready', 'destroyed')),
    generation        bigint      not null,                  -- of the wish that it is as
    host              text,
    driver            text,
    size_enforced     boolean,
    size_gib          integer,
    snapshots         jsonb       not null default '[]',
    restores          bigint      not null default 0,
    failed_generation bigint      not null default 0,        -- of the wish that it could not be made as
    code              text,
    message           text,
    sequence          bigint      not null,                  -- of the fact; a smaller one is old news
    created_at        timestamptz,
    changed_at        timestamptz not null
);

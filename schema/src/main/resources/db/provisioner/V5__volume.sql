-- volume: the latest wish for each volume, and what is there of it.
create table volume (
    volume_id       uuid        primary key,
    account_id      uuid        not null,
    generation      bigint      not null,                  -- of the wish
    wish            jsonb,                                 -- VolumeDesired; null when it is to be destroyed
    cause           jsonb       not null,
    state           text        not null check (state in ('wished', 'ready', 'lost', 'destroying', 'destroyed')),
    host            text,                                  -- where it is kept
    driver          text,
    made_generation bigint      not null default 0,        -- of the wish that it is as
    size_gib        integer     not null default 0,        -- as it is there
    snapshots       jsonb       not null default '[]',     -- as they are there
    restores        bigint      not null default 0,        -- how often its data was put back
    sequence        bigint      not null default 0,        -- of the last fact written
    fence           bigint      not null default 0,        -- grows with each container that may write to it
    code            text,                                  -- why it is not as it is wished
    message         text,
    created_at      timestamptz,
    changed_at      timestamptz not null
);
create index volume_standing on volume (volume_id) where state <> 'destroyed';

-- Which containers have it in their file system. One that may write holds the volume alone until it is over.
create table volume_mount (
    volume_id    uuid   not null references volume,
    container_id uuid   not null,
    fence        bigint,                                   -- of one that may write; null for one that only reads
    primary key (volume_id, container_id)
);
create unique index volume_mount_one_writer on volume_mount (volume_id) where fence is not null;
create index volume_mount_of on volume_mount (container_id);

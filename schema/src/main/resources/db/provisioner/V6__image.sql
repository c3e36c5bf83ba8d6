-- What the name of an image meant when a registry was last asked for an account.
create table tenant_image_name (
    account_id uuid        not null,
    reference  text        not null,        -- in its whole form
    digest     text        not null,        -- of the manifest
    image_id   text        not null,        -- of the image on the host
    asked_at   timestamptz not null,
    primary key (account_id, reference)
);
create index tenant_image_name_image on tenant_image_name (image_id);

-- From which image all containers of a revision and run are made: the one that the first of them resolved.
create table image_pin (
    workload_id uuid        not null,
    revision    bigint      not null,
    run         bigint      not null,
    image       text        not null,       -- as wished
    digest      text,                       -- of the manifest; null for an image of the host that no registry gave
    image_id    text        not null,       -- of the image on the host
    pinned_at   timestamptz not null,
    primary key (workload_id, revision, run)
);

-- What runs already keeps its image.
insert into image_pin (workload_id, revision, run, image, digest, image_id, pinned_at)
select distinct on (workload_id, revision, run) workload_id, revision, run, image, null, image_id, created_at
from container
where image_id is not null and removed_at is null
order by workload_id, revision, run, container_id;

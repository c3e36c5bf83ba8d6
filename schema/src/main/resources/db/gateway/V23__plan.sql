-- Plans as the operator makes them, and limits of an account of its own beside those of its plan (decision 21).

create table plan (
    name           text        primary key check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
    seq            bigint      generated always as identity,  -- the order in which they are shown
    title          text        not null check (length(title) between 1 and 100),
    open           boolean     not null,                      -- whether new accounts may choose it
    listed         boolean     not null,                      -- whether it is shown to who chooses
    max_containers integer     not null check (max_containers between 0 and 1000000000),
    max_cpu_millis integer     not null check (max_cpu_millis between 0 and 1000000000),
    max_memory_mib integer     not null check (max_memory_mib between 0 and 1000000000),
    max_volumes    integer     not null check (max_volumes between 0 and 1000000000),
    max_volume_gib integer     not null check (max_volume_gib between 0 and 1000000000),
    generation     bigint      not null default 1,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    check (open or not listed)
);
insert into plan (name, title, open, listed, max_containers, max_cpu_millis, max_memory_mib, max_volumes, max_volume_gib) values
    ('starter', 'Starter', true, true, 10, 8000, 16384, 5, 50),
    ('team', 'Team', true, true, 50, 40000, 81920, 25, 500),
    ('business', 'Business', true, true, 200, 160000, 327680, 100, 2000),
    ('showcase', 'Showcase', true, false, 10, 8000, 16384, 5, 50);
create index account_plan on account (plan, account_id);

-- The limits that an account has whatever its plan says; null where it has those of the plan.
alter table quota
    add column own_containers integer,
    add column own_cpu_millis integer,
    add column own_memory_mib integer,
    add column own_volumes integer,
    add column own_volume_gib integer;
update quota q set
    own_containers = nullif(q.max_containers, p.max_containers),
    own_cpu_millis = nullif(q.max_cpu_millis, p.max_cpu_millis),
    own_memory_mib = nullif(q.max_memory_mib, p.max_memory_mib),
    own_volumes = nullif(q.max_volumes, p.max_volumes),
    own_volume_gib = nullif(q.max_volume_gib, p.max_volume_gib)
from account a join plan p on p.name = a.plan
where a.account_id = q.account_id;

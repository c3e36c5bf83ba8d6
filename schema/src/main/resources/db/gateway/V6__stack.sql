-- Stacks: which workloads one Compose file made. What they are is in their wishes, so neither the file nor its variables are kept.

create table stack (
    stack_id   uuid        primary key,
    account_id uuid        not null references account,
    name       text        not null,
    generation bigint      not null check (generation >= 1),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    removed_at timestamptz
);
create unique index stack_name on stack (account_id, name) where removed_at is null;
create index stack_account on stack (account_id, stack_id desc);

create table stack_member (
    stack_id    uuid not null references stack,
    workload_id uuid not null,
    primary key (stack_id, workload_id)
);

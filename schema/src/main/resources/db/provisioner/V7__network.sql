-- tenant: networks of an account beside its own one. A row is there as long as anything of the network may be on the engine.
create table tenant_network (
    number     bigint      generated always as identity primary key,   -- makes the engine's name of it: no two ever have the same
    account_id uuid        not null references tenant,
    name       text        not null,                  -- as the account calls it
    internal   boolean     not null,                  -- leads nowhere else
    state      text        not null check (state in ('making', 'ready', 'removing')),
    block      integer     unique,                    -- which part of the address pool; free again when the network is gone
    subnet     text,
    message    text,                                  -- why it is not ready, or not gone, yet
    changed_at timestamptz not null,                  -- since when it is in its state
    unique (account_id, name, internal),
    check ((block is null) = (subnet is null))
);

-- lifecycle: the networks that a container was made in, where its wish names any; the account's own one has the number 0.
create table container_network (
    container_id uuid     not null references container on delete cascade,
    number       bigint   not null,
    position     smallint not null,                   -- it is made in the first, and joins the others before its start
    primary key (container_id, number)
);
create index container_network_of on container_network (number);

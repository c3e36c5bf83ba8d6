-- egress: the meter of each container that was given addresses of its own, from before it is made. A row is written before the engine is
-- asked; what was counted, what of it is told, and the event that tells it change in one transaction.
create table egress_meter (
    container_id uuid        primary key references container on delete cascade,
    host         text        not null,
    egress_bytes bigint      not null default 0 check (egress_bytes >= 0), -- counted since its start
    told_bytes   bigint      not null default 0,                           -- of the last event
    told_at      timestamptz,                                              -- what that event calls the time of the reading
    ended        boolean     not null default false                        -- the last reading is taken
);
create index egress_meter_open on egress_meter (host) where not ended;

-- The addresses of such a container, one on each of its networks. A row goes when the counter of the address is gone, so that whoever gets
-- the address next begins at zero.
create table egress_address (
    container_id  uuid    not null references egress_meter on delete cascade,
    host          text    not null,
    network       text    not null,               -- the engine's name of it
    address       text    not null,
    counter_epoch text,                           -- which counters were read last; they begin at zero when the host does
    counter_bytes bigint  not null default 0,     -- what the counter of the address stood at then
    primary key (container_id, network),
    unique (host, network, address)
);

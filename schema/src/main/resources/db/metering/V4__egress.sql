-- What a container's meter of egress stood at when it was read. Between two readings it stands at the first, so that of readings that say
-- nothing more than an earlier one none is kept: at and egress_bytes grow together. One row a minute in which a container sent something;
-- they stay as long as pieces do.
create table egress_reading (
    container_id uuid        not null,
    measured_at  timestamptz not null,
    egress_bytes bigint      not null check (egress_bytes >= 0), -- since the start of the container
    primary key (container_id, measured_at)
);
alter table usage_piece add column egress_bytes bigint not null default 0;
alter table usage_window add column egress_bytes numeric(38, 0) not null default 0;

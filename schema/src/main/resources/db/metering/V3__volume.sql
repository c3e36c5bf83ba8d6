-- A volume is metered as a container is: its id stands where a container's does, and it has a size in GiB instead of CPU and memory.
alter table fact add column volume_gib integer;
alter table usage_interval add column volume_gib integer not null default 0 check (volume_gib >= 0);
alter table usage_piece add column volume_gib integer not null default 0;
alter table usage_window add column volume_gib_ms numeric(38, 0) not null default 0;

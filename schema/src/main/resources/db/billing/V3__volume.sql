-- A piece is of a container, which has CPU and memory, or of a volume, whose id stands where a container's and a workload's do.
alter table usage_piece
    add column volume_gib integer not null default 0,
    drop constraint usage_piece_cpu_millis_check,
    drop constraint usage_piece_memory_mib_check,
    add constraint usage_piece_size check (
        (volume_gib = 0 and cpu_millis > 0 and memory_mib > 0) or (volume_gib > 0 and cpu_millis = 0 and memory_mib = 0));
alter table invoice_interval add column volume_gib integer not null default 0;

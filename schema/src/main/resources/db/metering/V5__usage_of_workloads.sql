-- Billed use per workload and UTC hour, as far as it was told: always the sum of the windows, since triggers keep it so in the very
-- statement that changes a window. Whoever asks for a month reads as many rows as there are hours and workloads, however many containers ran.
create table usage_hour (
    account_id    uuid           not null,
    hour          timestamptz    not null,
    workload_id   uuid           not null,
    container_ms  numeric(38, 0) not null,
    cpu_millis_ms numeric(38, 0) not null,
    memory_mib_ms numeric(38, 0) not null,
    volume_gib_ms numeric(38, 0) not null,
    egress_bytes  numeric(38, 0) not null,
    windows       bigint         not null check (windows >= 0),   -- how many there are; without any there is no row
    -- With the sums, so that an account's hours are read from a few pages that lie together, and not from one page for each hour.
    primary key (account_id, hour, workload_id) include (container_ms, cpu_millis_ms, memory_mib_ms, volume_gib_ms, egress_bytes)
);

lock table usage_window in share row exclusive mode;
insert into usage_hour
select account_id, hour, workload_id, sum(container_ms), sum(cpu_millis_ms), sum(memory_mib_ms), sum(volume_gib_ms), sum(egress_bytes), count(*)
from usage_window group by 1, 2, 3 order by 1, 2, 3;

create function usage_hour_of_more() returns trigger language plpgsql as $$
begin
    insert into usage_hour as h
    select account_id, hour, workload_id, sum(container_ms), sum(cpu_millis_ms), sum(memory_mib_ms), sum(volume_gib_ms), sum(egress_bytes), count(*)
    from more group by 1, 2, 3 order by 1, 2, 3
    on conflict (account_id, hour, workload_id) do update
    set container_ms = h.container_ms + excluded.container_ms, cpu_millis_ms = h.cpu_millis_ms + excluded.cpu_millis_ms,
        memory_mib_ms = h.memory_mib_ms + excluded.memory_mib_ms, volume_gib_ms = h.volume_gib_ms + excluded.volume_gib_ms,
        egress_bytes = h.egress_bytes + excluded.egress_bytes, windows = h.windows + excluded.windows;
    return null;
end
$$;

create function usage_hour_of_less() returns trigger language plpgsql as $$
begin
    delete from usage_hour h
    using (select account_id, hour, workload_id, count(*) as windows from less group by 1, 2, 3) l
    where h.account_id = l.account_id and h.hour = l.hour and h.workload_id = l.workload_id and h.windows = l.windows;
    update usage_hour h
    set container_ms = h.container_ms - l.container_ms, cpu_millis_ms = h.cpu_millis_ms - l.cpu_millis_ms,
        memory_mib_ms = h.memory_mib_ms - l.memory_mib_ms, volume_gib_ms = h.volume_gib_ms - l.volume_gib_ms,
        egress_bytes = h.egress_bytes - l.egress_bytes, windows = h.windows - l.windows
    from (select account_id, hour, workload_id, sum(container_ms) as container_ms, sum(cpu_millis_ms) as cpu_millis_ms,
                 sum(memory_mib_ms) as memory_mib_ms, sum(volume_gib_ms) as volume_gib_ms, sum(egress_bytes) as egress_bytes, count(*) as windows
          from less group by 1, 2, 3) l
    where h.account_id = l.account_id and h.hour = l.hour and h.workload_id = l.workload_id;
    return null;
end
$$;

-- A window keeps its account, hour and workload: one that lost another's is refused, since a row with less than no windows is.
create function usage_hour_of_other() returns trigger language plpgsql as $$
begin
    insert into usage_hour as h
    select account_id, hour, workload_id, sum(container_ms), sum(cpu_millis_ms), sum(memory_mib_ms), sum(volume_gib_ms), sum(egress_bytes), sum(n)
    from (select account_id, hour, workload_id, container_ms, cpu_millis_ms, memory_mib_ms, volume_gib_ms, egress_bytes, 1 as n from more
          union all
          select account_id, hour, workload_id, -container_ms, -cpu_millis_ms, -memory_mib_ms, -volume_gib_ms, -egress_bytes, -1 from less) c
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (account_id, hour, workload_id) do update
    set container_ms = h.container_ms + excluded.container_ms, cpu_millis_ms = h.cpu_millis_ms + excluded.cpu_millis_ms,
        memory_mib_ms = h.memory_mib_ms + excluded.memory_mib_ms, volume_gib_ms = h.volume_gib_ms + excluded.volume_gib_ms,
        egress_bytes = h.egress_bytes + excluded.egress_bytes, windows = h.windows + excluded.windows;
    return null;
end
$$;

create function usage_hour_of_none() returns trigger language plpgsql as $$
begin
    truncate usage_hour;
    return null;
end
$$;

create trigger usage_hour_of_more after insert on usage_window
    referencing new table as more for each statement execute function usage_hour_of_more();
create trigger usage_hour_of_less after delete on usage_window
    referencing old table as less for each statement execute function usage_hour_of_less();
create trigger usage_hour_of_other after update on usage_window
    referencing old table as less new table as more for each statement execute function usage_hour_of_other();
create trigger usage_hour_of_none after truncate on usage_window
    for each statement execute function usage_hour_of_none();

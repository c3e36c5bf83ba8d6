-- volume: what the reconciler asks for each few seconds stands in columns, so that it reads no JSON and no row that is as it is wished.
alter table volume
    add column snapshot_gib integer not null default 0,       -- of its snapshots together
    add column failures     integer not null default 0,       -- in a row, since its wish was news or a step was done
    add column retry_at     timestamptz,                      -- not tried again before
    add column told_at      timestamptz;                      -- the time of the last fact written
update volume
set snapshot_gib = (select coalesce(sum((taken ->> 'size_gib')::integer), 0) from jsonb_array_elements(snapshots) taken),
    told_at      = case when sequence > 0 then changed_at end;

drop index volume_standing;
create index volume_unsettled on volume (volume_id)
    where state in ('wished', 'destroying')
       or (state = 'ready' and (wish is null or made_generation < generation or code is not null))
       or (state = 'lost' and wish is null);
create index volume_kept on volume (host, volume_id) include (created_at, size_gib, snapshot_gib) where state = 'ready';

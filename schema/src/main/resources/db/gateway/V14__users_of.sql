-- Which workloads mount volumes and which use secrets is asked with each step of either, and most do neither: a wish may be large,
-- and these indexes have only those that must be looked into.
create index workload_mounting on workload (account_id, workload_id)
    where removed_at is null and jsonb_array_length(coalesce(manner -> 'volumes', '[]')) > 0;
create index workload_with_secrets on workload (account_id, workload_id)
    where removed_at is null and jsonb_array_length(coalesce(manner -> 'secrets', '[]')) > 0;

-- Which volumes are to begin with another's data.
create index volume_of_origin on volume (origin_volume) where origin_volume is not null and deleted_at is null;

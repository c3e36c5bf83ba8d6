-- Whether its owner wants its containers frozen.
alter table workload add column paused boolean not null default false;

-- How many indices a run has to bring to a good end, and how many have ended for good; null in runs of before they were counted.
alter table workload_run add column completions integer;
alter table workload_run add column succeeded integer;
alter table workload_run add column failed integer;

-- The same as the feed counts it for the present run, and why the first of those that failed did; completions null is as many as replicas.
alter table feed_workload add column completions integer;
alter table feed_workload add column succeeded integer not null default 0;
alter table feed_workload add column failed integer not null default 0;
alter table feed_workload add column failure text;

alter table feed_container add column paused boolean not null default false;
alter table feed_container add column pauses bigint not null default 0;   -- of the latest fact that told of it

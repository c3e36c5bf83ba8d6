-- Jobs of several indices: since when the run of a container goes on, of which the first containers may be forgotten by now.
alter table container add column run_since timestamptz;
-- Whether it is to be frozen and whether it is, and how often that changed: facts of it are counted apart from those that are metered.
alter table container add column want_paused boolean not null default false;
alter table container add column paused boolean not null default false;
alter table container add column pauses bigint not null default 0;

-- How each spend cap stands, as billing last told (decision 29): by this a start is refused, and a workload held, without asking.
create table spend_cap (
    account_id   uuid        not null references account,
    kind         text        not null check (kind in ('account', 'workload', 'prepaid')),
    holder       uuid        not null,                     -- the workload, or the account
    workload_id  uuid,                                     -- the same, null unless it is a workload's
    amount_minor bigint,                                   -- null: there is none any more
    currency     text        not null,
    action       text        not null check (action in ('refuse', 'stop')),
    used_minor   bigint      not null,
    reached      boolean     not null,
    period_end   timestamptz not null,
    changed_at   timestamptz not null,
    primary key (account_id, kind, holder),
    check ((kind = 'workload') = (workload_id is not null))
);

alter table spend_cap enable row level security;
alter table spend_cap force row level security;
create policy own_account on spend_cap
    using (coalesce(current_setting('berth.account', true), '') in ('', account_id::text));

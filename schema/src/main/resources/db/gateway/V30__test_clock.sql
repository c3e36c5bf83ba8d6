-- What time it is for accounts on a test clock (decision 32), as billing last told.
create table test_clock (
    account_id uuid        primary key references account,
    now        timestamptz not null
);

alter table test_clock enable row level security;
alter table test_clock force row level security;
create policy own_account on test_clock
    using (coalesce(current_setting('berth.account', true), '') in ('', account_id::text));

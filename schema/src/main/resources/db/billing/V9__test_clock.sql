-- Accounts whose time an operator moves (decision 32), and the prices of another plan from the next month on.

-- The account's time is `now`, in the past of everybody else, until it is moved to `target`; what is due by `now` is done when `settled`.
create table test_clock (
    account_id uuid        primary key references customer,
    began_at   timestamptz not null,          -- the account's time when it was put on the clock
    now        timestamptz not null,
    target     timestamptz not null,
    settled    boolean     not null,
    steps      bigint      not null default 0,
    last_error text,                          -- why the last step failed; it is tried again
    made_at    timestamptz not null,          -- everybody's time
    check (target >= now and now >= began_at)
);

-- The books of an account from a month on, when its plan changed: {"2026-03-01T00:00:00Z": "pro"}. Before the first it is price_book.
alter table customer add column later_books jsonb not null default '{}';

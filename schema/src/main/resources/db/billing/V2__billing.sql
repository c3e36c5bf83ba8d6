-- Who owes, at which prices, what was used, what was invoiced and paid, and how each account stands.

-- Prices ------------------------------------------------------------------------------------------------------------------
create table price_book_version (
    name           text        not null,
    currency       text        not null check (currency ~ '^[A-Z]{3}$'),
    version        integer     not null check (version > 0),
    effective_from timestamptz not null,
    terms          jsonb       not null,   -- the book as it was published
    published_at   timestamptz not null,
    primary key (name, currency, version),
    unique (name, currency, effective_from)
);

create table tax_rate (
    tax_group text    primary key,
    rate      numeric not null check (rate >= 0 and rate < 1)
);
insert into tax_rate (tax_group, rate) values ('none', 0);

-- Customers ---------------------------------------------------------------------------------------------------------------
create table customer (
    account_id  uuid        primary key,
    name        text        not null,
    email       text        not null,
    plan        text        not null,
    currency    text        not null check (currency ~ '^[A-Z]{3}$'),
    time_zone   text        not null,
    anchor_day  smallint    not null default 1 check (anchor_day between 1 and 31),
    price_book  text        not null,      -- pinned when the account opened
    tax_group   text        not null default 'none' references tax_rate,
    opened_at   timestamptz not null,
    closed_at   timestamptz,
    recorded_at timestamptz not null default now()
);

-- Use ---------------------------------------------------------------------------------------------------------------------
-- How far a partition of berth.usage has come. `ingested` counts the pieces taken from it and is moved in the transaction that
-- writes them, so that whoever reads N here sees every piece up to N: it is the ingestion cut-off of invoices.
create table usage_partition (
    partition integer     primary key check (partition >= 0),
    watermark timestamptz,
    ingested  bigint      not null default 0
);

-- Every version of every piece, append-only; of a piece the greatest revision holds.
create table usage_piece (
    container_id   uuid        not null,
    start_ms       bigint      not null,   -- Unix milliseconds
    revision       integer     not null check (revision >= 0),
    end_ms         bigint      not null,
    account_id     uuid        not null,
    workload_id    uuid        not null,
    engine_id      text,
    interval_start timestamptz not null,
    interval_end   timestamptz,
    cpu_millis     integer     not null check (cpu_millis > 0),
    memory_mib     integer     not null check (memory_mib > 0),
    billed         boolean     not null,
    zero_reason    text,
    partition      integer     not null,
    ingested       bigint      not null,
    event_id       uuid        not null,
    operation      text        not null,
    actor          text        not null,
    caused_at      timestamptz not null,
    recorded_at    timestamptz not null default now(),
    primary key (container_id, start_ms, revision),
    check (end_ms >= start_ms and end_ms - start_ms <= 3600000)
);
create index usage_piece_by_time on usage_piece (account_id, start_ms);
create index usage_piece_by_arrival on usage_piece (account_id, ingested);

-- Periods and invoices ----------------------------------------------------------------------------------------------------
create table billing_period (
    account_id       uuid        not null references customer,
    period_start     timestamptz not null,
    period_end       timestamptz not null,
    month_start      timestamptz not null,  -- of the calendar month whose free allowance it uses
    state            text        not null check (state in ('open', 'waiting_for_watermark', 'finalized', 'nothing_to_bill')),
    asked_by         text        check (asked_by in ('calendar', 'operator', 'account_closed')),
    asked_at         timestamptz,
    not_before       timestamptz,           -- end and grace
    usage_partition  integer     not null,  -- whose watermark must have passed the end
    ingestion_cutoff bigint,
    invoice_id       uuid,
    attempts         integer     not null default 0,
    last_error       text,
    next_attempt_at  timestamptz,
    finished_at      timestamptz,
    operation        text,
    actor            text,
    caused_at        timestamptz,
    primary key (account_id, period_start),
    check (period_end > period_start),
    check (state = 'open' or (asked_by is not null and not_before is not null and operation is not null)),
    check ((state = 'finalized') = (invoice_id is not null)),
    exclude using gist (account_id with =, tstzrange(period_start, period_end) with &&)
);
create unique index billing_period_one_open on billing_period (account_id) where state = 'open';
create index billing_period_open on billing_period (period_end) where state = 'open';
create index billing_period_waiting on billing_period (not_before) where state = 'waiting_for_watermark';

-- A close of all accounts as of an instant: written down at once, worked off by the loop.
create table close_request (
    close_at    timestamptz primary key,
    asked_at    timestamptz not null,
    ended_at    timestamptz,              -- when the last period was ended
    finished_at timestamptz,              -- when the last of them had its result
    operation   text        not null,
    actor       text        not null,
    caused_at   timestamptz not null,
    check (finished_at is null or ended_at is not null)
);
create index close_request_unfinished on close_request (close_at) where finished_at is null;

create table invoice_number (
    series      text   primary key,
    last_number bigint not null
);

create table invoice (
    invoice_id         uuid        primary key,
    account_id         uuid        not null references customer,
    kind               text        not null check (kind = 'usage'),
    period_start       timestamptz not null,
    period_end         timestamptz not null,
    status             text        not null check (status in ('draft', 'final', 'paid', 'uncollectible', 'void')),
    number             text        unique,
    currency           text        not null,
    subtotal_minor     bigint      not null default 0,
    tax_minor          bigint      not null default 0,
    total_minor        bigint      not null default 0 check (total_minor >= 0),
    amount_due_minor   bigint      not null default 0 check (amount_due_minor >= 0),
    tax_group          text        not null,
    tax_rate           numeric     not null,
    price_book         text        not null,
    price_book_version integer     not null,
    price_book_terms   jsonb       not null,
    components         jsonb       not null default '[]',  -- how each charge came about
    bill_to            jsonb       not null,
    seller             jsonb       not null,
    time_zone          text        not null,
    net_days           integer     not null,
    usage_partition    integer     not null,
    ingestion_cutoff   bigint      not null,               -- with period_end, the event cut-off, it can be computed again
    finalized_at       timestamptz,
    due_at             timestamptz,
    paid_at            timestamptz,
    voided_at          timestamptz,
    void_reason        text,
    uncollectible_at   timestamptz,
    operation          text        not null,
    actor              text        not null,
    caused_at          timestamptz not null,
    unique (account_id, period_start, period_end, kind),
    check (total_minor = subtotal_minor + tax_minor),
    check (status = 'draft' or (number is not null and finalized_at is not null and due_at is not null))
);
create index invoice_by_account on invoice (account_id, invoice_id);
create index invoice_owed on invoice (due_at) where status = 'final';

create table invoice_line (
    line_id      uuid        primary key,
    invoice_id   uuid        not null references invoice,
    ordinal      integer     not null,
    kind         text        not null check (kind in ('usage', 'correction', 'zero', 'fixed', 'minimum', 'carry')),
    component    text        not null,
    charge       text        not null,   -- what `already billed` is summed by
    account_id   uuid        not null,
    workload_id  uuid,
    month_start  timestamptz not null,   -- the month whose use it charges
    description  text        not null,
    quantity     numeric     not null,
    unit         text        not null,
    unit_price   text        not null,
    amount_minor bigint      not null,
    tax_minor    bigint      not null,
    zero_reason  text,
    others       boolean     not null default false,  -- it sums the workloads that have no line of their own
    check (not others or workload_id is null),
    unique (invoice_id, ordinal)
);
create index invoice_line_billed on invoice_line (account_id, month_start);

create table invoice_interval (
    invoice_id     uuid        not null references invoice,
    ordinal        integer     not null,
    correction     boolean     not null,  -- then ms is signed: what it was is taken back, what it is is added
    workload_id    uuid        not null,
    container_id   uuid        not null,
    engine_id      text,
    interval_start timestamptz not null,
    interval_end   timestamptz,
    part_start     timestamptz not null,  -- the part of it that this invoice counts
    part_end       timestamptz not null,
    ms             bigint      not null,
    cpu_millis     integer     not null,
    memory_mib     integer     not null,
    billed         boolean     not null,
    zero_reason    text,
    month_start    timestamptz not null,
    operation      text        not null,
    actor          text        not null,
    caused_at      timestamptz not null,
    primary key (invoice_id, ordinal)
);
create index invoice_interval_by_line on invoice_interval (invoice_id, workload_id, ordinal);

-- Final is immutable: after draft only what tells of the payment may change, and the status only forward.
create function invoice_guard() returns trigger language plpgsql as $$
declare
    changing text[] := array['status', 'amount_due_minor', 'paid_at', 'voided_at', 'void_reason', 'uncollectible_at'];
begin
    if tg_op = 'DELETE' then
        raise exception 'invoice % is never deleted', old.invoice_id using errcode = 'integrity_constraint_violation';
    end if;
    if new.status <> old.status and (old.status, new.status) not in (
            ('draft', 'final'), ('final', 'paid'), ('final', 'void'), ('final', 'uncollectible'),
            ('uncollectible', 'paid'), ('uncollectible', 'void')) then
        raise exception 'invoice % does not go from % to %', old.invoice_id, old.status, new.status
            using errcode = 'integrity_constraint_violation';
    end if;
    if old.status <> 'draft' and (to_jsonb(new) - changing) <> (to_jsonb(old) - changing) then
        raise exception 'invoice % is final: a correction is a new line or a credit note', old.invoice_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
create trigger invoice_guard before update or delete on invoice for each row execute function invoice_guard();

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;
create trigger invoice_line_kept before update or delete or truncate on invoice_line
    for each statement execute function refuse_change();
create trigger invoice_interval_kept before update or delete or truncate on invoice_interval
    for each statement execute function refuse_change();
create trigger usage_piece_kept before update or delete or truncate on usage_piece
    for each statement execute function refuse_change();
create trigger price_book_version_kept before update or delete or truncate on price_book_version
    for each statement execute function refuse_change();
create trigger invoice_not_truncated before truncate on invoice for each statement execute function refuse_change();

create function invoice_parts_guard() returns trigger language plpgsql as $$
begin
    if exists (select from added join invoice using (invoice_id) where invoice.status <> 'draft') then
        raise exception 'nothing is added to a final invoice' using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create trigger invoice_line_guard after insert on invoice_line
    referencing new table as added for each statement execute function invoice_parts_guard();
create trigger invoice_interval_guard after insert on invoice_interval
    referencing new table as added for each statement execute function invoice_parts_guard();

-- Ledger ------------------------------------------------------------------------------------------------------------------
create table ledger_transaction (
    transaction_id  bigint      generated always as identity primary key,
    idempotency_key text        not null unique,
    kind            text        not null,
    account_id      uuid        not null,
    invoice_id      uuid,
    payment_id      uuid,
    currency        text        not null,
    occurred_at     timestamptz not null,
    operation       text        not null,
    actor           text        not null,
    recorded_at     timestamptz not null default now()
);
create index ledger_transaction_invoice on ledger_transaction (invoice_id);
create index ledger_transaction_account on ledger_transaction (account_id);

create table ledger_entry (
    entry_id       bigint generated always as identity primary key,
    transaction_id bigint not null references ledger_transaction,
    ledger_account text   not null check (ledger_account in ('receivable', 'revenue', 'tax', 'credit', 'cash', 'write_off')),
    amount_minor   bigint not null check (amount_minor <> 0)  -- a debit is positive, a credit negative
);
create index ledger_entry_transaction on ledger_entry (transaction_id);

create function ledger_balanced() returns trigger language plpgsql as $$
declare
    checked bigint;
    balance numeric;
begin
    checked := new.transaction_id;
    select sum(amount_minor) into balance from ledger_entry where transaction_id = checked;
    if balance is null or balance <> 0 then
        raise exception 'ledger transaction % is out of balance by %', checked, balance
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create constraint trigger ledger_entry_balanced after insert on ledger_entry
    deferrable initially deferred for each row execute function ledger_balanced();
create constraint trigger ledger_transaction_balanced after insert on ledger_transaction
    deferrable initially deferred for each row execute function ledger_balanced();
create trigger ledger_entry_kept before update or delete or truncate on ledger_entry
    for each statement execute function refuse_change();
create trigger ledger_transaction_kept before update or delete or truncate on ledger_transaction
    for each statement execute function refuse_change();
revoke update, delete, truncate on ledger_entry, ledger_transaction, invoice_line, invoice_interval, usage_piece,
    price_book_version from current_user;
-- The lock that a foreign key takes asks for the right to update one column; the trigger still refuses the update.
grant update (recorded_at) on ledger_transaction to current_user;

-- Payments ----------------------------------------------------------------------------------------------------------------
create table payment (
    payment_id      uuid        primary key,
    invoice_id      uuid        not null references invoice,
    account_id      uuid        not null,
    attempt         integer     not null check (attempt > 0),
    provider        text        not null,
    idempotency_key text        not null unique,   -- written before the provider is asked
    request_key     text        check (length(request_key) between 1 and 255),  -- of the request that asked for it
    currency        text        not null,
    amount_minor    bigint      not null check (amount_minor > 0),
    state           text        not null check (state in ('pending', 'succeeded', 'failed')),
    card_last4      text,
    reference       text,
    code            text,
    message         text,
    created_at      timestamptz not null,
    finished_at     timestamptz,
    operation       text        not null,
    actor           text        not null,
    caused_at       timestamptz not null,
    unique (invoice_id, attempt),
    unique (invoice_id, request_key)               -- a request that is repeated is one attempt
);
create unique index payment_one_pending on payment (invoice_id) where state = 'pending';
create unique index payment_one_success on payment (invoice_id) where state = 'succeeded';
create index payment_pending on payment (created_at) where state = 'pending';

-- Standing ----------------------------------------------------------------------------------------------------------------
create table account_standing (
    account_id  uuid        primary key references customer,
    standing    text        not null check (standing in ('good', 'past_due', 'suspended', 'closed')),
    reason      text        not null,
    since       timestamptz not null,
    held        boolean     not null default false,  -- suspended by the operator until the operator lifts it
    excused_to  timestamptz,                         -- the operator's `good` excuses what was due until then
    dunned_at   timestamptz not null                 -- the latest time a decision was made for
);

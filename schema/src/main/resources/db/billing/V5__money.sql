-- Taxes, coupons, credit grants and credit notes.

-- Taxes -------------------------------------------------------------------------------------------------------------------
-- A rate holds from valid_from until the next one of its country and group begins. The row without a country is read by the
-- version before only; so is customer.tax_group.
alter table customer drop constraint customer_tax_group_fkey;
alter table tax_rate
    drop constraint tax_rate_pkey,
    add column tax_rate_id uuid        not null default gen_random_uuid() primary key,
    add column country     text        not null default '' check (country ~ '^([A-Z]{2})?$'),
    add column label       text        not null default 'Tax' check (length(label) between 1 and 40),
    add column valid_from  timestamptz not null default '1970-01-01T00:00:00Z',
    add column recorded_at timestamptz not null default now(),
    add constraint tax_rate_group check (tax_group ~ '^[a-z][a-z0-9_]{0,62}$'),
    add constraint tax_rate_one unique (country, tax_group, valid_from);

-- What an invoice says of who buys, and what decides the tax.
alter table customer
    add column legal_name text    check (length(legal_name) <= 200),
    add column address    text    check (length(address) <= 500),
    add column country    text    check (country ~ '^[A-Z]{2}$'),
    add column vat_id     text    check (vat_id ~ '^[A-Z0-9]{2,20}$'),
    add column tax_exempt boolean not null default false;  -- the operator has seen a proof

-- Coupons -----------------------------------------------------------------------------------------------------------------
create table coupon (
    code            text        primary key check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
    kind            text        not null check (kind in ('percent', 'amount')),
    description     text        not null check (length(description) between 1 and 200),
    percent         numeric     check (percent > 0 and percent <= 100),
    amount_minor    bigint      check (amount_minor > 0),   -- of an amount: what it is worth; of a percentage: its cap
    currency        text        check (currency ~ '^[A-Z]{3}$'),
    months          integer     check (months between 1 and 120),  -- of a percentage: how many billing months it counts in
    max_redemptions integer     check (max_redemptions > 0),
    redemptions     integer     not null default 0 check (redemptions >= 0),
    redeem_by       timestamptz,
    created_at      timestamptz not null,
    archived_at     timestamptz,
    operation       text        not null,
    actor           text        not null,
    check (max_redemptions is null or redemptions <= max_redemptions),
    check ((kind = 'percent') = (percent is not null)),
    check (kind = 'percent' or (amount_minor is not null and months is null)),
    check ((amount_minor is null) = (currency is null))
);

create table coupon_redemption (
    account_id  uuid        not null references customer,
    code        text        not null references coupon,
    redeemed_at timestamptz not null,
    ends_at     timestamptz,            -- periods that begin before it are discounted; null for no end
    left_minor  bigint      check (left_minor >= 0),  -- null for no bound
    operation   text        not null,
    actor       text        not null,
    primary key (account_id, code)
);
create index coupon_redemption_by_code on coupon_redemption (code, account_id);

-- Credit grants -----------------------------------------------------------------------------------------------------------
create table credit_grant (
    credit_grant_id uuid        primary key,
    account_id      uuid        not null references customer,
    kind            text        not null check (kind in ('prepaid', 'promotional', 'refund')),
    currency        text        not null,
    amount_minor    bigint      not null check (amount_minor > 0),
    left_minor      bigint      not null check (left_minor between 0 and amount_minor),
    priority        smallint    not null check (priority between 0 and 100),  -- the lowest is used first
    note            text        not null check (length(note) <= 200),
    created_at      timestamptz not null,
    expires_at      timestamptz check (expires_at > created_at),
    expired_at      timestamptz,
    voided_at       timestamptz,
    request_key     text        check (length(request_key) between 1 and 255),  -- of the request that made it
    operation       text        not null,
    actor           text        not null,
    caused_at       timestamptz not null,
    unique (account_id, request_key)
);
create index credit_grant_left on credit_grant (account_id, currency) where left_minor > 0;
create index credit_grant_ending on credit_grant (expires_at) where left_minor > 0;
create index credit_grant_by_account on credit_grant (account_id, credit_grant_id);

-- Invoices ----------------------------------------------------------------------------------------------------------------
alter table invoice
    add column discount_minor bigint not null default 0 check (discount_minor >= 0),  -- by coupons; in the subtotal already
    add column credits_minor  bigint not null default 0 check (credits_minor >= 0),   -- of grants, used when it was made
    add column tax_treatment  text   not null default 'taxed'
        check (tax_treatment in ('taxed', 'reverse_charge', 'exempt', 'outside')),
    add column tax_note       text   not null default '',
    add column taxes          jsonb  not null default '[]';  -- for each group and rate: the base and the tax
alter table invoice_line
    add column tax_group      text    not null default 'standard',
    add column tax_rate       numeric not null default 0,
    add column reduction_minor bigint not null default 0,  -- its share of coupons and of what is carried; in no sum
    drop constraint invoice_line_kind_check,
    add constraint invoice_line_kind_check
        check (kind in ('usage', 'correction', 'zero', 'fixed', 'minimum', 'coupon', 'carry'));

create table coupon_use (
    invoice_id   uuid        not null references invoice,
    account_id   uuid        not null,
    code         text        not null,
    amount_minor bigint      not null check (amount_minor > 0),
    used_at      timestamptz not null,
    returned_at  timestamptz,           -- when the invoice was taken back
    primary key (invoice_id, code),
    foreign key (account_id, code) references coupon_redemption
);
create index coupon_use_by_code on coupon_use (account_id, code);

create table credit_use (
    invoice_id      uuid        not null references invoice,
    credit_grant_id uuid        not null references credit_grant,
    amount_minor    bigint      not null check (amount_minor > 0),
    used_at         timestamptz not null,
    returned_at     timestamptz,
    primary key (invoice_id, credit_grant_id)
);
create index credit_use_by_grant on credit_use (credit_grant_id, used_at);

-- Credit notes ------------------------------------------------------------------------------------------------------------
create table credit_note (
    credit_note_id uuid        primary key,
    invoice_id     uuid        not null references invoice,
    account_id     uuid        not null,
    number         text        not null unique,
    currency       text        not null,
    net_minor      bigint      not null check (net_minor >= 0),
    tax_minor      bigint      not null check (tax_minor >= 0),
    total_minor    bigint      not null check (total_minor > 0),
    unpaid_minor   bigint      not null check (unpaid_minor >= 0),  -- of the total: what was still owed and is no more
    credited_minor bigint      not null check (credited_minor >= 0),  -- of the total: what became a credit grant
    taxes          jsonb       not null,
    reason         text        not null check (length(reason) between 1 and 500),
    issued_at      timestamptz not null,
    request_key    text        check (length(request_key) between 1 and 255),
    operation      text        not null,
    actor          text        not null,
    unique (invoice_id, request_key),
    check (total_minor = net_minor + tax_minor),
    check (total_minor >= unpaid_minor + credited_minor)
);
create index credit_note_by_account on credit_note (account_id, credit_note_id);
create index credit_note_by_invoice on credit_note (invoice_id);
create trigger credit_note_kept before update or delete or truncate on credit_note
    for each statement execute function refuse_change();
revoke update, delete, truncate on credit_note from current_user;

-- The ledger --------------------------------------------------------------------------------------------------------------
alter table ledger_entry
    drop constraint ledger_entry_ledger_account_check,
    add constraint ledger_entry_ledger_account_check check (
        ledger_account in ('receivable', 'revenue', 'tax', 'credit', 'cash', 'write_off', 'promotion'));
create index ledger_transaction_journal on ledger_transaction (occurred_at, transaction_id);

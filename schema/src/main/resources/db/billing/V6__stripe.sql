-- A provider that keeps cards: who a customer is there, how they pay, what was asked of it, and what it told.

-- What was asked. A row is committed before the call it names; the provider keeps the result under the key for 24 h from `asked_at`.
create table provider_call (
    idempotency_key text        primary key check (length(idempotency_key) between 1 and 255),
    step            text        not null,
    account_id      uuid        not null,
    payment_id      uuid,                          -- of the attempt it is a step of
    asked_at        timestamptz not null,
    asked_times     integer     not null default 1 check (asked_times > 0),
    answered_at     timestamptz,
    reference       text                           -- of the object at the provider
);
create index provider_call_payment on provider_call (payment_id) where payment_id is not null;

create table provider_customer (
    account_id uuid        primary key references customer,
    reference  text        not null unique,
    created_at timestamptz not null
);

-- Of a card only what a receipt shows. Rows stay when it is removed: attempts name them.
create table payment_method (
    payment_method_id uuid        primary key,
    account_id        uuid        not null references customer,
    reference         text        not null unique,
    kind              text        not null,
    brand             text        not null,
    last4             text        not null check (length(last4) <= 4),
    exp_month         integer     check (exp_month between 1 and 12),
    exp_year          integer,
    is_default        boolean     not null default false,
    created_at        timestamptz not null,
    removed_at        timestamptz,
    check (removed_at is null or not is_default)
);
create unique index payment_method_one_default on payment_method (account_id) where is_default;
create index payment_method_by_account on payment_method (account_id, payment_method_id);

-- A visit to the provider's page on which a card is typed in.
create table payment_method_setup (
    setup_id          uuid        primary key,
    account_id        uuid        not null references customer,
    state             text        not null check (state in ('asked', 'open', 'succeeded', 'ended')),
    make_default      boolean     not null,
    return_url        text        not null,
    reference         text        unique,
    url               text,
    payment_method_id uuid        references payment_method,
    created_at        timestamptz not null,
    deadline          timestamptz not null,
    finished_at       timestamptz,
    check ((state in ('succeeded', 'ended')) = (finished_at is not null))
);
create index payment_method_setup_open on payment_method_setup (account_id) where state in ('asked', 'open');

-- Attempts ----------------------------------------------------------------------------------------------------------------
alter table payment
    drop constraint payment_state_check,
    add constraint payment_state_check check (state in ('pending', 'requires_action', 'failed', 'succeeded')),
    add column payment_method_id uuid        references payment_method,
    add column customer_present  boolean     not null default true,
    add column return_url        text,                 -- where a customer comes back to
    add column action_url        text,                 -- where the bank asks the customer
    add column action_deadline   timestamptz,
    add column look_at           timestamptz,          -- when it is looked up next, null for at once
    add column rounded_minor     bigint      not null default 0 check (rounded_minor >= 0), -- too small for the provider's unit
    add column surplus           boolean     not null default false, -- it came in for what was paid otherwise
    add constraint payment_action check (state <> 'requires_action' or (action_url is not null and action_deadline is not null));
drop index payment_one_pending;
create unique index payment_one_pending on payment (invoice_id) where state in ('pending', 'requires_action');
drop index payment_one_success;
create unique index payment_one_success on payment (invoice_id) where state = 'succeeded' and not surplus;
drop index payment_pending;
create index payment_pending on payment (created_at) where state in ('pending', 'requires_action');
create index payment_reference on payment (reference) where reference is not null;

-- How far the collection of an invoice by itself has come. Without a row it was not tried yet.
create table collection (
    invoice_id      uuid        primary key references invoice,
    account_id      uuid        not null references customer,
    tries           integer     not null default 0 check (tries >= 0),
    first_failed_at timestamptz,
    next_try_at     timestamptz,                       -- null when it is not tried again by itself
    stopped_at      timestamptz,
    stopped_for     text        check (stopped_for in ('paid', 'hard_decline', 'tries_used_up')),
    last_code       text,
    updated_at      timestamptz not null,
    check ((stopped_at is null) = (stopped_for is null)),
    check (stopped_at is null or next_try_at is null)
);
create index collection_due on collection (next_try_at) where next_try_at is not null;
create index collection_by_account on collection (account_id) where stopped_for is distinct from 'paid';
create index invoice_to_collect on invoice (account_id) where status = 'final' and amount_due_minor > 0;

-- Told by the provider ----------------------------------------------------------------------------------------------------
create table provider_event (
    event_reference text        primary key,
    type            text        not null,
    api_version     text,
    object_type     text        not null,
    object_id       text        not null,
    occurred_at     timestamptz not null,
    received_at     timestamptz not null,
    via             text        not null check (via in ('webhook', 'reconciliation')),
    deliveries      integer     not null default 1,
    state           text        not null check (state in ('received', 'applied', 'ignored', 'quarantined')),
    reason          text,
    body            text,                              -- as it came, until it is applied: it tells of cards
    attempts        integer     not null default 0,
    next_attempt_at timestamptz not null,
    finished_at     timestamptz
);
create index provider_event_due on provider_event (next_attempt_at) where state = 'received';
create index provider_event_quarantined on provider_event (received_at) where state = 'quarantined';
create index provider_event_received on provider_event (received_at);

-- The passes over the provider's list of events.
create table reconciliation (
    reconciliation_id bigint      generated always as identity primary key,
    since             timestamptz not null,
    started_at        timestamptz not null,
    finished_at       timestamptz,
    seen              integer     not null default 0,
    missed            integer     not null default 0,  -- never delivered until then
    failure           text
);

-- Contested payments ------------------------------------------------------------------------------------------------------
create table dispute (
    dispute_id    uuid        primary key,
    reference     text        not null unique,
    payment_id    uuid        not null references payment,
    invoice_id    uuid        not null references invoice,
    account_id    uuid        not null references customer,
    currency      text        not null,
    amount_minor  bigint      not null check (amount_minor > 0),
    reason        text        not null,
    state         text        not null check (state in ('open', 'won', 'lost')),
    provider_status text      not null,
    evidence      jsonb       not null,                -- what to hand in leads back to: invoice, number, PDF, intervals
    evidence_due  timestamptz,
    opened_at     timestamptz not null,
    closed_at     timestamptz,
    check ((state = 'open') = (closed_at is null))
);
create index dispute_by_account on dispute (account_id);

-- The latest time for which the rules suspended it: the time of keeping runs from there.
alter table account_standing add column suspended_as_of timestamptz;

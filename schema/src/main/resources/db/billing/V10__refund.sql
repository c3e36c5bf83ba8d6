-- Refunds: money of a paid invoice goes back by the way it came (decision 31).

-- The lock that a foreign key takes asks for the right to update one column; the trigger still refuses the update.
grant update (issued_at) on credit_note to current_user;

-- One payment's part of what a credit note gives back. Written down, and booked, before the provider is asked.
create table refund (
    refund_id       uuid        primary key,
    credit_note_id  uuid        not null references credit_note,
    payment_id      uuid        not null references payment,
    invoice_id      uuid        not null references invoice,
    account_id      uuid        not null references customer,
    provider        text        not null,
    idempotency_key text        not null unique check (length(idempotency_key) between 1 and 255),
    currency        text        not null,
    amount_minor    bigint      not null check (amount_minor > 0),
    state           text        not null check (state in ('pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
    reference       text        check (length(reference) between 1 and 255),  -- of the refund at the provider, or of the transfer that the operator made
    code            text,                               -- why it failed
    message         text,
    credit_grant_id uuid        references credit_grant,  -- what it became when it failed
    look_at         timestamptz,                        -- when it is looked up next, null for at once
    request_key     text        check (length(request_key) between 1 and 255),  -- of the request that asked for it; it may have asked for several
    created_at      timestamptz not null,
    finished_at     timestamptz,
    operation       text        not null,
    actor           text        not null,
    caused_at       timestamptz not null,
    check ((state in ('failed', 'canceled')) = (credit_grant_id is not null)),
    check ((state in ('failed', 'canceled')) = (code is not null)),
    check ((state in ('pending', 'requires_action')) = (finished_at is null))
);
create unique index refund_reference on refund (reference) where provider <> 'manual';
create index refund_open on refund (created_at) where state in ('pending', 'requires_action');
create index refund_by_payment on refund (payment_id);
create index refund_by_invoice on refund (invoice_id);
create index refund_by_credit_note on refund (credit_note_id);

-- Of the total of a note: what was to be paid back when it was issued. What became of that, its refunds say.
alter table credit_note
    add column refunded_minor bigint not null default 0 check (refunded_minor >= 0),
    add constraint credit_note_parts check (total_minor >= unpaid_minor + credited_minor + refunded_minor);

-- Which note a grant comes from, so that it can be paid back while it is not used. Notes of before are found by the one request that
-- made both.
alter table credit_grant add column credit_note_id uuid references credit_note deferrable initially deferred;
update credit_grant set credit_note_id = credit_note.credit_note_id
from credit_note
where credit_grant.kind = 'refund'
  and credit_note.account_id = credit_grant.account_id
  and credit_note.operation = credit_grant.operation
  and credit_note.actor = credit_grant.actor
  and credit_note.currency = credit_grant.currency
  and credit_note.credited_minor = credit_grant.amount_minor;
create index credit_grant_by_note on credit_grant (credit_note_id) where credit_note_id is not null;

-- When the provider last saw a person sign in, for a session of theirs: for a few minutes it shows that they are there (decision 30).
alter table session add column proven_at timestamptz;

-- A way to the provider is for a sign-in or, with user_id, for a link. It may also be for one of these.
alter table login_flow
    add column session_id uuid,                              -- whose session is to be proven once more
    add column invitation_id uuid,                           -- which invitation is accepted with whom the provider tells of
    add constraint login_flow_errand check (
        (session_id is null or (user_id is not null and invitation_id is null)));

-- Which mails about money a member gets: all, or only those that must be sent.
alter table membership add column money_mails text not null default 'all' check (money_mails in ('all', 'needed'));

-- The same text in HTML; null where there is none, and once it was sent or given up.
alter table mail add column html text;

-- What the topics tell of invoices: what is owed, until when, and what the account was reminded of.
create table owed_invoice (
    invoice_id   uuid        primary key,
    account_id   uuid        not null references account,
    number       text        not null,
    currency     text        not null,
    total_minor  bigint      not null,
    due_minor    bigint      not null check (due_minor >= 0),  -- what is still to be paid
    finalized_at timestamptz not null,
    due_at       timestamptz not null,
    settled_at   timestamptz,                                -- since when nothing is owed; null: it is owed
    settled_by   text        check (settled_by in ('nothing_due', 'paid', 'credited', 'voided', 'written_off')),
    remind_at    timestamptz,                                -- when a reminder is due; null: none is left
    check ((settled_at is null) = (settled_by is null)),
    check (settled_at is null or remind_at is null)
);
create index owed_invoice_remind on owed_invoice (remind_at) where remind_at is not null;
create index owed_invoice_account on owed_invoice (account_id) where settled_at is null;

-- The standing that an account was last told of, so that each change is one mail.
create table told_standing (
    account_id  uuid        primary key references account,
    standing    text        not null check (standing in ('good', 'past_due', 'suspended', 'closed')),
    occurred_at timestamptz not null
);

do $$
declare
    owned text;
begin
    foreach owned in array array['owed_invoice', 'told_standing']
    loop
        execute format('alter table %I enable row level security', owned);
        execute format('alter table %I force row level security', owned);
        execute format(
            'create policy own_account on %I using (coalesce(current_setting(''berth.account'', true), '''') in ('''', account_id::text))',
            owned);
    end loop;
end
$$;

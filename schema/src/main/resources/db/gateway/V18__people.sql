-- People in accounts: who is invited, whose address is proven, what is sent to them; and keys that end and are rotated.

alter table users add column email_verified_at timestamptz;

alter table api_key add column expires_at timestamptz;
alter table api_key add column rotated_at timestamptz;
-- The secret before the last rotation, which is let in for a while.
alter table api_key add column old_lookup text unique;
alter table api_key add column old_secret_hash bytea;
alter table api_key add column old_until timestamptz;
alter table api_key add constraint api_key_old check (
    (old_lookup is null) = (old_until is null) and (old_lookup is null) = (old_secret_hash is null));
create index api_key_of_user on api_key (user_id, account_id) where revoked_at is null;
create index session_of_user on session (user_id, account_id);

create table invitation (
    invitation_id uuid        primary key,
    account_id    uuid        not null references account,
    email         text        not null,                     -- as it was written
    email_key     text        not null,
    role          text        not null check (role in ('owner', 'admin', 'developer', 'billing', 'viewer')),
    token_hash    bytea       not null unique,              -- SHA-256 of the token of the last mail
    invited_by    uuid        not null references users (user_id),
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    accepted_at   timestamptz,
    accepted_by   uuid        references users (user_id),
    revoked_at    timestamptz,
    check (accepted_at is null or revoked_at is null)
);
create unique index invitation_open on invitation (account_id, email_key) where accepted_at is null and revoked_at is null;
create index invitation_account on invitation (account_id, invitation_id desc);

-- Links in mails that prove that somebody reads them. Of the token only a hash is kept.
create table mail_link (
    token_hash bytea       primary key,
    purpose    text        not null check (purpose in ('verify', 'reset')),
    user_id    uuid        not null references users,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index mail_link_user on mail_link (user_id, purpose);
create index mail_link_expires on mail_link (expires_at);

-- Whoever asks for a new password is answered the same; whether anybody has the address is looked up afterwards.
create table reset_request (
    seq          bigint generated always as identity primary key,
    email_key    text        not null,
    requested_at timestamptz not null
);

create table mail (
    mail_id     uuid        primary key,
    account_id  uuid,                                       -- which it is about; null for one about a person
    kind        text        not null,
    recipient   text        not null,
    subject     text        not null,
    body        text,                                       -- null once it was sent or given up: links in it are secrets
    state       text        not null check (state in ('waiting', 'sending', 'sent', 'given_up')),
    attempts    integer     not null default 0,
    next_at     timestamptz not null,                       -- when it is tried, or, while it is sent, when it is tried again
    deadline_at timestamptz not null,
    created_at  timestamptz not null,
    sent_at     timestamptz,
    error       text        not null default ''
);
create index mail_due on mail (next_at) where state in ('waiting', 'sending');
create index mail_created on mail (created_at);
create index mail_account on mail (account_id, kind, created_at);

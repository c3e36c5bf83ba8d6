-- People who sign in by an OpenID provider. Somebody who came that way has no password until they set one.
alter table users alter column password_hash drop not null;

-- Who somebody is at a provider: the pair of issuer and subject and nothing else, since a provider may give an address to another.
create table login (
    login_id     uuid        primary key,
    user_id      uuid        not null references users,
    issuer       text        not null,
    subject      text        not null,
    email        text        not null,                     -- as the provider told it at the link; to recognise, never to find somebody
    created_at   timestamptz not null,
    last_used_at timestamptz,
    unique (issuer, subject)
);
create index login_user on login (user_id);

-- A way to a provider and back, for one browser. State, nonce and PKCE verifier are keyed hashes of its cookie and stand nowhere.
create table login_flow (
    cookie_hash    bytea       primary key,                -- SHA-256 of the cookie
    step           text        not null check (step in ('asked', 'returned', 'code', 'sign_up')),
    next_path      text        not null,                   -- a page of the portal's own
    user_id        uuid        references users,           -- asked: who links, null for a sign-in; code: whose code is awaited
    issuer         text,
    subject        text,
    email          text,
    email_verified boolean     not null default false,
    full_name      text,
    login_id       uuid,                                   -- code: the login that was proven
    created_at     timestamptz not null,
    expires_at     timestamptz not null,
    check (step in ('asked', 'returned') or (issuer is not null and subject is not null)),
    check (step <> 'code' or (user_id is not null and login_id is not null))
);
create index login_flow_expires on login_flow (expires_at);

do $$
declare
    owned text;
begin
    foreach owned in array array['login', 'login_flow']
    loop
        execute format('alter table %I enable row level security', owned);
        execute format('alter table %I force row level security', owned);
        execute format(
            'create policy own_account on %1$I using (coalesce(current_setting(''berth.account'', true), '''') = '''''
                || ' or exists (select from membership parent where parent.user_id = %1$I.user_id))',
            owned);
    end loop;
end
$$;

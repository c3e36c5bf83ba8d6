-- What somebody shows at a sign-in beside the password (RFC 6238), and what helps who has lost it.
create table second_factor (
    user_id      uuid        primary key references users,
    sealed       text        not null,                     -- the secret, sealed with the key of the installation
    created_at   timestamptz not null,
    confirmed_at timestamptz,                              -- null: a code was not shown yet, so none is asked for
    last_step    bigint      not null default 0            -- of the last code that counted; none of it or before counts again
);

create table recovery_code (
    user_id   uuid        not null references second_factor on delete cascade,
    code_hash bytea       not null,                        -- SHA-256 of 80 random bits
    used_at   timestamptz,
    primary key (user_id, code_hash)
);

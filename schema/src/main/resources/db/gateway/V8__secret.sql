-- Secrets of accounts. Values are sealed by a key outside of the database; a version that no workload uses any more is never read.
create table secret (
    secret_id  uuid        primary key,
    account_id uuid        not null references account,
    name       text        not null,
    version    integer     not null check (version >= 1),
    sealed     text        not null,             -- the value of this version, as schema.wire.SecretBox seals it
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (account_id, name)
);

-- What signs invoices. The private key is sealed by a key outside the database (SecretBox); public keys stay for ever.
create table signing_key (
    key_id      text        primary key check (key_id ~ '^[0-9a-f]{32}$'),
    public_key  text        not null,   -- base64 of the SubjectPublicKeyInfo
    sealed      text        not null,   -- the PKCS #8 form, base64, as a JWE
    request_key text        unique,     -- of the request that asked for it: repeated, it is one key
    created_at  timestamptz not null,
    retired_at  timestamptz
);
create unique index signing_key_in_use on signing_key ((true)) where retired_at is null;

-- The signed form of each final invoice, and how far the hash chain of its account's pieces of use had come.
create table invoice_proof (
    invoice_id       uuid    primary key references invoice,
    account_id       uuid    not null,
    position         integer not null check (position > 0),   -- of the proofs of its account
    document         text    not null,                        -- rows of canonical JSON, each with its hash and a line feed
    document_hash    text    not null check (document_hash ~ '^[0-9a-f]{64}$'),
    chain_head       text    not null check (chain_head ~ '^[0-9a-f]{64}$'),
    chain_rows       bigint  not null check (chain_rows >= 0), -- up to the head, from the account's first piece on
    ingestion_cutoff bigint  not null,                         -- the head's
    key_id           text    not null references signing_key,
    signature        text    not null,
    unique (account_id, position)
);
create trigger invoice_proof_kept before update or delete or truncate on invoice_proof
    for each statement execute function refuse_change();
revoke update, delete, truncate on invoice_proof from current_user;

-- registry: with what an account fetches images from registries that do not give them to everybody. The password is sealed (AES-256-GCM)
-- by a key outside the database for this account, the name registry/<registry>, and version.
create table registry_credential (
    account_id uuid        not null references account,
    registry   text        not null,        -- host or host:port, as the names of images have it; docker.io where they have none
    username   text        not null,
    version    integer     not null,        -- of username and password together
    sealed     text        not null,        -- JWE
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (account_id, registry)
);

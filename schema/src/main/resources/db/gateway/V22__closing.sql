-- How an account ends (decision 21): its owner closes it, for a time it can be reopened, then it is closed for good and what is of it goes.

alter table account
    add column closing_at timestamptz,                       -- since when it is closing; null once it was reopened
    add column closing_by text,                              -- usr_… or key_…
    add column closing_ends_at timestamptz,                  -- when it is closed for good
    add column closed_at timestamptz,                        -- since when it is closed for good, whoever closed it
    add column people_until timestamptz,                     -- how long its owners may still see and pay what it owes
    add column people_gone_at timestamptz,                   -- when its last people were forgotten
    add column reap_at timestamptz,                          -- when it is next looked at; null for nothing to do
    add column events_from bigint,                           -- in the feed: what stands behind is sent to webhooks
    add column events_until bigint,                          -- in the feed: the last that is sent to webhooks
    add constraint account_closing check (
        (closing_at is null) = (closing_ends_at is null) and (closing_at is null) = (closing_by is null));
create index account_reap on account (reap_at) where reap_at is not null;
create index account_to_close on account (account_id) where standing = 'closed' and closed_at is null;

-- Who did what from where, and what became of it: a chain of hashes for each account, and one for the operator.

-- The end of each chain; its row is the lock under which the next entry is made. All zero is the operator's own.
create table audit_chain (
    account_id uuid   primary key,
    seq        bigint not null check (seq >= 1),
    hash       bytea  not null
);

create table audit_entry (
    account_id    uuid        not null,
    seq           bigint      not null check (seq >= 1),    -- 1, 2, 3 … without a gap
    recorded_at   timestamptz not null,
    actor         text        not null,                     -- usr_…, key_…, trg_… or operator
    user_id       uuid,
    api_key_id    uuid,
    address       text        not null,
    user_agent    text        not null,                     -- as the caller says, cut
    action        text        not null,                     -- method and route, such as DELETE /v1/workloads/{id}
    subject       text        not null,                     -- ids and names in the path, or of what was made; may be empty
    result        text        not null check (result in ('done', 'refused', 'failed')),
    status        integer     not null,
    code          text        not null,                     -- of the refusal; empty for none
    operation     text        not null,
    previous_hash bytea       not null check (length(previous_hash) = 32),
    hash          bytea       not null check (length(hash) = 32),
    primary key (account_id, seq)
);
create index audit_entry_actor on audit_entry (account_id, actor, seq);
create index audit_entry_action on audit_entry (account_id, action, seq);
create index audit_entry_recorded on audit_entry (account_id, recorded_at);

create function audit_kept() returns trigger language plpgsql as $$
begin
    raise exception 'entries of the audit log stay as they are' using errcode = 'integrity_constraint_violation';
end
$$;
create trigger audit_entry_kept before update or delete or truncate on audit_entry
    for each statement execute function audit_kept();
revoke update, delete, truncate on audit_entry from current_user;
create trigger audit_chain_kept before delete or truncate on audit_chain
    for each statement execute function audit_kept();
revoke delete, truncate on audit_chain from current_user;

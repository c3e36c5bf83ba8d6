-- What the database "berth" needs once, run by a superuser; safe to run again.
-- One role and one schema for each service, and the only table they share: how far each consumer has come.
-- Passwords are set apart from this file: ALTER ROLE berth_gateway PASSWORD '…';
do $$
declare
    service text;
begin
    foreach service in array array['gateway', 'provisioner', 'metering', 'billing'] loop
        if not exists (select from pg_roles where rolname = 'berth_' || service) then
            execute format('create role %I login', 'berth_' || service);
        end if;
        execute format('create schema if not exists %I authorization %I', service, 'berth_' || service);
        execute format('alter role %I in database %I set search_path = %I, wire', 'berth_' || service, current_database(), service);
        execute format('alter role %I in database %I set idle_in_transaction_session_timeout = ''60s''', 'berth_' || service, current_database());
    end loop;
end
$$;

create extension if not exists btree_gist with schema public;

create schema if not exists wire;

-- Written by each consumer in the transaction of its effect; read by the relays, which drop an outbox row only when every
-- reader of its topic has passed it.
create table if not exists wire.checkpoint (
    consumer     text        not null,
    topic        text        not null,
    partition    integer     not null,
    topic_id     text        not null,   -- Kafka's id of the topic: another id is another log, and offsets begin anew
    next_offset  bigint      not null,
    leader_epoch integer,                -- of the last record applied; Kafka finds a cut log with it (KIP-320)
    owner        name        not null default current_user,
    updated_at   timestamptz not null default now(),
    primary key (consumer, topic, partition)
);
alter table wire.checkpoint enable row level security;
do $$
begin
    if not exists (select from pg_policies where schemaname = 'wire' and tablename = 'checkpoint') then
        create policy read_all on wire.checkpoint for select using (true);
        create policy add_own on wire.checkpoint for insert with check (owner = current_user);
        create policy move_own on wire.checkpoint for update using (owner = current_user) with check (owner = current_user);
    end if;
end
$$;
grant usage on schema wire to berth_gateway, berth_provisioner, berth_metering, berth_billing;
grant select, insert, update on wire.checkpoint to berth_gateway, berth_provisioner, berth_metering, berth_billing;

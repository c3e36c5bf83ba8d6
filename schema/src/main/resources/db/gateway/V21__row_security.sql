-- The second wall between accounts: whoever answers a call of a customer says so with the setting berth.account, and sees and writes
-- the rows of that account only, whatever the query says. Without the setting, or with an empty one, it is Berth itself.
-- FORCE, since the service's role owns its tables. Left out are the tables of the wire, mails that wait, the answers kept for
-- repetitions and what belongs to no account: no handler of a customer reads them.
do $$
declare
    owned text;
    child record;
begin
    for owned in
        select t.table_name
        from information_schema.columns c
        join information_schema.tables t using (table_schema, table_name)
        where c.table_schema = current_schema() and c.column_name = 'account_id' and t.table_type = 'BASE TABLE'
            and t.table_name not in ('outbox', 'inbox_event', 'quarantine', 'mail')
    loop
        execute format('alter table %I enable row level security', owned);
        execute format('alter table %I force row level security', owned);
        execute format(
            'create policy own_account on %I using (coalesce(current_setting(''berth.account'', true), '''') in ('''', account_id::text))',
            owned);
    end loop;
    -- What has no account of its own has that of what it belongs to, whose rows are under their own policy here.
    for child in
        select * from (values
            ('workload_revision', 'workload', 'workload_id'),
            ('workload_run', 'workload', 'workload_id'),
            ('autoscale', 'workload', 'workload_id'),
            ('autoscale_change', 'workload', 'workload_id'),
            ('stack_member', 'stack', 'stack_id'),
            ('volume_snapshot', 'volume', 'volume_id'),
            ('operation_step', 'operation', 'operation_id'),
            ('webhook_attempt', 'webhook_delivery', 'delivery_id'),
            ('users', 'membership', 'user_id'),
            ('second_factor', 'membership', 'user_id'),
            ('recovery_code', 'membership', 'user_id'),
            ('mail_link', 'membership', 'user_id')
        ) as of(name, parent, key)
    loop
        execute format('alter table %I enable row level security', child.name);
        execute format('alter table %I force row level security', child.name);
        execute format(
            'create policy own_account on %1$I using (coalesce(current_setting(''berth.account'', true), '''') = '''''
                || ' or exists (select from %2$I parent where parent.%3$I = %1$I.%3$I))',
            child.name, child.parent, child.key);
    end loop;
end
$$;

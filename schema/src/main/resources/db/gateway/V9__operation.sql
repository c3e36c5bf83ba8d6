-- Changes that somebody asked for, and what became of them. One call is one operation; each thing that it changes is a step.
create table operation (
    operation_id uuid        primary key,
    account_id   uuid        not null references account,
    actor        text        not null,             -- usr_…, key_… or operator
    address      text,                             -- where the call came from
    verb         text        not null,             -- of the first step, such as workload.deploy
    subject      text        not null,             -- of the first step
    state        text        not null,             -- dev.berth.gateway.operation.OperationState
    message      text,
    retry_of     uuid,
    accepted_at  timestamptz not null,
    deadline_at  timestamptz not null,
    ended_at     timestamptz,
    check ((ended_at is null) = (state = 'running'))
);
create index operation_of_account on operation (account_id, operation_id desc);
create index operation_ended on operation (ended_at) where ended_at is not null;

create table operation_step (
    operation_id uuid        not null references operation on delete cascade,
    subject      text        not null,             -- wl_… or vol_…
    verb         text        not null,
    generation   bigint      not null,             -- of the wish that it is through with
    undo         jsonb       not null,             -- what takes it back; {} where its verb says all
    state        text        not null,
    message      text,
    deadline_at  timestamptz not null,
    ended_at     timestamptz,
    primary key (operation_id, subject),
    check ((ended_at is null) = (state = 'running'))
);
create index operation_step_running on operation_step (deadline_at) where state = 'running';
create index operation_step_running_of on operation_step (subject) where state = 'running';

create index feed_event_operation on feed_event (account_id, operation, position);

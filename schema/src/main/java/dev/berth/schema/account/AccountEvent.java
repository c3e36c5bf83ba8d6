package dev.berth.schema.account;

import dev.berth.schema.Event;

/** Facts about accounts, on {@code berth.account}, keyed by account. */
public sealed interface AccountEvent extends Event permits AccountOpened, AccountRenamed, PlanChanged, AccountClosed {}

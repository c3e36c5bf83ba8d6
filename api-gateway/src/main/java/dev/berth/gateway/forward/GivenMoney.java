package dev.berth.gateway.forward;

import org.jspecify.annotations.Nullable;

/** Money as a caller gives it, in minor units of an ISO 4217 currency; billing says whether it can be. */
record GivenMoney(@Nullable Long amountMinor, @Nullable String currency) {}

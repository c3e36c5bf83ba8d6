package dev.berth.gateway.account;

import org.jspecify.annotations.Nullable;

/**
 * What a person sends to sign up; nothing in it is checked yet. {@code currency} is USD when not given, {@code timeZone} UTC,
 * {@code plan} the smallest.
 */
public record Signup(
        @Nullable String email,
        @Nullable String password,
        @Nullable String name,
        @Nullable String currency,
        @Nullable String timeZone,
        @Nullable String plan) {
    @Override
    public String toString() {
        return "Signup[email=" + email + "]"; // never the password
    }
}

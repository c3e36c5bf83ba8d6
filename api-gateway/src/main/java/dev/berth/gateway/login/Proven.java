package dev.berth.gateway.login;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is at a provider, after all checks.
 *
 * @param issuer the provider
 * @param subject its own id of the person, which it gives to nobody else
 * @param email as it says; empty if it says none
 * @param emailVerified whether it says that the person reads mails to it
 * @param fullName as it says, to begin a form with; may be empty
 * @param signedInAt when they signed in there, which may be long before they came here; null if it does not say
 */
record Proven(
        String issuer,
        String subject,
        String email,
        boolean emailVerified,
        String fullName,
        @Nullable Instant signedInAt) {}

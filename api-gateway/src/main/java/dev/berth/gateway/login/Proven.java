package dev.berth.gateway.login;

/**
 * Who somebody is at a provider, after all checks.
 *
 * @param issuer the provider
 * @param subject its own id of the person, which it gives to nobody else
 * @param email as it says; empty if it says none
 * @param emailVerified whether it says that the person reads mails to it
 * @param fullName as it says, to begin a form with; may be empty
 */
record Proven(String issuer, String subject, String email, boolean emailVerified, String fullName) {}

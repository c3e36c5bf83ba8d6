package dev.berth.provisioner.engine;

import dev.berth.schema.id.AccountId;

/**
 * A bridge network of an account: its containers reach each other, and nobody else's.
 *
 * @param name ours, never a tenant's words
 * @param subnet in CIDR notation
 * @param internal whether it leads nowhere else: who is in no other network reaches nothing outside of it
 */
public record NetworkSpec(String name, AccountId account, String subnet, boolean internal) {}

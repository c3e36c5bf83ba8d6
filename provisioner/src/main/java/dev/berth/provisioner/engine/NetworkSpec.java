package dev.berth.provisioner.engine;

import dev.berth.schema.id.AccountId;

/** The bridge network of an account: its containers reach each other, and nobody else's. {@code subnet} in CIDR notation. */
public record NetworkSpec(String name, AccountId account, String subnet) {}

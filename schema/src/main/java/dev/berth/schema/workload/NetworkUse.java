package dev.berth.schema.workload;

/**
 * A private network of the account that containers are in beside others that name it. It exists while a workload names it.
 *
 * @param name within the account
 * @param internal whether it leads nowhere else: who is in no other network cannot reach anything outside
 */
public record NetworkUse(String name, boolean internal) {
    /** The name of the account's own network, in which those are that name none; it is never internal. */
    public static final String OWN = "default";
}

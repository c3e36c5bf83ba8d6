package dev.berth.provisioner.desired;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.workload.WorkloadDesired;

/** The latest wish of a workload. */
public sealed interface Wish {
    /** Whose containers it speaks of. */
    WorkloadId workload();

    /** Whose workload it is. */
    AccountId account();

    /** Which of the wishes of this workload. */
    long generation();

    /** How long a container may take to end when it is asked to. */
    int graceSeconds();

    /** The call that made it. */
    Cause cause();

    /** The workload exists, and this is how it is wished. */
    record Wanted(WorkloadDesired spec, Cause cause) implements Wish {
        @Override
        public WorkloadId workload() {
            return spec.workload();
        }

        @Override
        public AccountId account() {
            return spec.account();
        }

        @Override
        public long generation() {
            return spec.generation();
        }

        @Override
        public int graceSeconds() {
            return spec.stopGraceSeconds();
        }
    }

    /** The workload is to be gone; {@code graceSeconds} as it was last wished. */
    record Withdrawn(WorkloadId workload, AccountId account, long generation, int graceSeconds, Cause cause)
            implements Wish {}
}

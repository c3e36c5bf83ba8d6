package dev.berth.gateway.workload;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Holds that workloads of an account mean the same by the name of a network, and that they name no more than it may have. Looked at
 * when the transaction is about to commit, under the lock of the account's quota which it holds: workloads that are changed together,
 * as those of a stack are, may disagree on the way. Thread-safe.
 */
@Component
class NetworkAgreement {
    private final WorkloadRepository repository;

    NetworkAgreement(WorkloadRepository repository) {
        this.repository = repository;
    }

    /**
     * Has it looked at before the transaction commits, which a {@link Refusal} of 409 then ends.
     *
     * @param workload the name of the one that is made or changed
     */
    void hold(DSLContext inTransaction, AccountId account, String workload) {
        for (TransactionSynchronization one : TransactionSynchronizationManager.getSynchronizations()) {
            if (one instanceof Pending pending && pending.account.equals(account)) {
                pending.changed.add(workload);
                return;
            }
        }
        TransactionSynchronizationManager.registerSynchronization(new Pending(inTransaction, account, workload));
    }

    private final class Pending implements TransactionSynchronization {
        private final DSLContext dsl;
        private final AccountId account;
        private final Set<String> changed = new TreeSet<>();

        Pending(DSLContext dsl, AccountId account, String workload) {
            this.dsl = dsl;
            this.account = account;
            this.changed.add(workload);
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            check(repository.networked(dsl, account), changed);
        }
    }

    private static void check(List<NetworkRules.Member> all, Set<String> changed) {
        for (NetworkRules.Member member : all) {
            if (changed.contains(member.workload())) {
                NetworkRules.dispute(member, all).ifPresent(dispute -> {
                    throw refusal(dispute);
                });
            }
        }
        Set<String> names = NetworkRules.names(all);
        if (names.size() > NetworkRules.MAX_OF_ACCOUNT) {
            throw Refusal.of(
                            ErrorCode.CONFLICT,
                            "The workloads of the account would name %d networks beside its own one; the most are %d."
                                    .formatted(names.size(), NetworkRules.MAX_OF_ACCOUNT))
                    .fact("limit", NetworkRules.MAX_OF_ACCOUNT)
                    .field("networks", "has a network too many")
                    .hint("Name networks that others name already, or take one out of all workloads that name it.");
        }
    }

    private static Refusal refusal(NetworkRules.Dispute dispute) {
        boolean internal = dispute.use().internal();
        return Refusal.of(
                        ErrorCode.CONFLICT,
                        "The network '%s' is %s for the workload '%s' but %s for '%s', and it is one network."
                                .formatted(
                                        dispute.use().name(),
                                        internal ? "internal" : "not internal",
                                        dispute.workload(),
                                        internal ? "is not" : "is",
                                        dispute.other()))
                .field(
                        "networks",
                        "has '%s' with another 'internal' than the workload '%s'"
                                .formatted(dispute.use().name(), dispute.other()))
                .hint("Say \"internal\": %s, or use a network of another name.".formatted(!internal));
    }
}

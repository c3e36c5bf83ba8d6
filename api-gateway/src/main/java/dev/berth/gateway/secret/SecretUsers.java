package dev.berth.gateway.secret;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.util.List;
import org.jooq.DSLContext;

/** Which workloads use secrets; implemented by the room of workloads. */
public interface SecretUsers {
    /** A workload that is not removed and uses a secret. */
    record Use(String secret, WorkloadId workload, String name) {}

    /** All uses of an account's workloads. */
    List<Use> of(DSLContext dsl, AccountId account);

    /** A secret has another value: workloads that use it change over to it, in the caller's transaction. */
    void renew(AccountId account, SealedSecret secret, Cause cause);
}

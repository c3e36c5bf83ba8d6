package dev.berth.provisioner.placement;

import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.lifecycle.ContainerRepository.Taken;
import dev.berth.provisioner.tenant.Tenant;
import dev.berth.provisioner.tenant.TenantLimits;
import java.util.Optional;

/**
 * Whether an account may have one more container now. Pure.
 *
 * <p>The gateway counts wishes, so a limit is free again as soon as something is wished away; but a container that was asked to
 * end runs on until it has ended, and may ignore being asked for the whole of its grace time. So what counts here is what is
 * there. One container may be there beyond the limits while it takes an old one's place, in the whole account, so that one whose
 * limits are used up can still roll out.
 */
public final class Allowance {
    private Allowance() {}

    /**
     * Why not, in numbers; empty when it may.
     *
     * @param taken what is there already
     * @param surge whether it takes the place of one that is still there
     */
    public static Optional<String> refusal(Tenant tenant, Taken taken, Size size, boolean surge) {
        TenantLimits limits = tenant.limits();
        int beyond = surge ? 1 : 0;
        if (taken.containers() + 1 > limits.containers() + beyond) {
            return over("containers", taken.containers(), limits.containers(), 1);
        }
        if (taken.containers() + 1 > tenant.room()) {
            return Optional.of(
                    "the account's network %s holds %d containers, and %d are there; the operator sees what to do"
                            .formatted(tenant.subnet(), tenant.room(), taken.containers()));
        }
        int cpuMillis = size.cpuMillis().value();
        if (taken.cpuMillis() + cpuMillis > (long) limits.cpuMillis() + (long) beyond * cpuMillis) {
            return over("millicores", taken.cpuMillis(), limits.cpuMillis(), cpuMillis);
        }
        int memoryMib = size.memoryMib().value();
        if (taken.memoryMib() + memoryMib > (long) limits.memoryMib() + (long) beyond * memoryMib) {
            return over("MiB of memory", taken.memoryMib(), limits.memoryMib(), memoryMib);
        }
        return Optional.empty();
    }

    /** Why a container may not become larger now; empty when it may, or becomes smaller. */
    public static Optional<String> refusal(Tenant tenant, Taken taken, Size from, Size to) {
        TenantLimits limits = tenant.limits();
        int cpuMillis = to.cpuMillis().value() - from.cpuMillis().value();
        if (cpuMillis > 0 && taken.cpuMillis() + cpuMillis > limits.cpuMillis()) {
            return over("millicores", taken.cpuMillis(), limits.cpuMillis(), cpuMillis);
        }
        int memoryMib = to.memoryMib().value() - from.memoryMib().value();
        if (memoryMib > 0 && taken.memoryMib() + memoryMib > limits.memoryMib()) {
            return over("MiB of memory", taken.memoryMib(), limits.memoryMib(), memoryMib);
        }
        return Optional.empty();
    }

    private static Optional<String> over(String what, long taken, long most, long more) {
        return Optional.of(("the account may have %d %s; its containers, with those that are still ending, have %d,"
                        + " and this one needs %d more. It gets them when there is room")
                .formatted(most, what, taken, more));
    }
}

package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.EngineProperties;
import dev.berth.provisioner.engine.ImageProperties;
import dev.berth.provisioner.lifecycle.KeptLogRepository;
import dev.berth.provisioner.placement.Placement;
import dev.berth.provisioner.rollout.RolloutRules;
import dev.berth.provisioner.tenant.TenantProperties;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the reconciler.
 *
 * @param inventoryInterval how often inventories are written, at most a minute
 * @param rolloutSettle how long a new container must have run before an old one goes
 * @param restartStable how long a run must last for the next restart to be quick again
 * @param cpuOvercommitPercent how much of a host's cores may be promised
 * @param memoryOvercommitPercent how much of a host's memory may be promised
 * @param logRetention how long the output of a removed container is kept
 * @param logRuns of how many of the latest containers of a replica
 * @param logAccountMib how much of an account in all, compressed, the latest
 * @param logContainerMib how much of one container, the last
 * @param containerRetention how long an ended run is listed when a newer one exists
 * @param engineRetention how long an ended container stays on the engine, for those who want to ask the engine itself
 * @param egressInterval how often it is told what running containers sent out of the address pool
 */
@ConfigurationProperties("berth")
public record ReconcileProperties(
        @DefaultValue("10s") Duration inventoryInterval,
        @DefaultValue("2s") Duration rolloutSettle,
        @DefaultValue("60s") Duration restartStable,
        @DefaultValue("1000") int cpuOvercommitPercent,
        @DefaultValue("150") int memoryOvercommitPercent,
        @DefaultValue("7d") Duration logRetention,
        @DefaultValue("10") int logRuns,
        @DefaultValue("64") int logAccountMib,
        @DefaultValue("1") int logContainerMib,
        @DefaultValue("30d") Duration containerRetention,
        @DefaultValue("0s") Duration engineRetention,
        @DefaultValue("60s") Duration egressInterval) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    public ReconcileProperties {
        if (egressInterval.compareTo(SHORTEST) < 0 || egressInterval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "BERTH_EGRESS_INTERVAL is from 1s to 1h, not %s".formatted(egressInterval));
        }
    }

    ReconcileSettings settings(EngineProperties engine, TenantProperties tenants, ImageProperties images) {
        RolloutRules usual = RolloutRules.USUAL;
        return new ReconcileSettings(
                inventoryInterval,
                engine.pullTimeout(),
                new Placement(cpuOvercommitPercent, memoryOvercommitPercent),
                new RolloutRules(
                        rolloutSettle,
                        restartStable,
                        usual.firstDelay(),
                        usual.mostDelay(),
                        usual.mostLaunchDelay(),
                        usual.jobAttempts()),
                tenants.pool(),
                tenants.start(),
                engineRetention,
                images,
                engine.writableRootMib(),
                engine.machines(),
                KeptLogRepository.Bounds.of(logRuns, logAccountMib, logContainerMib),
                egressInterval);
    }
}

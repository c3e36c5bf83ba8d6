package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ImageProperties;
import dev.berth.provisioner.lifecycle.KeptLogRepository;
import dev.berth.provisioner.placement.Placement;
import dev.berth.provisioner.rollout.RolloutRules;
import dev.berth.provisioner.tenant.AddressPool;
import java.time.Duration;

/** What the operator may choose of the reconciler's work, in its own terms. */
record ReconcileSettings(
        Duration inventoryInterval,
        Duration pullTimeout,
        Placement placement,
        RolloutRules rollout,
        AddressPool pool,
        int poolStart,
        Duration engineRetention,
        ImageProperties images,
        int writableRootMib,
        String machines,
        KeptLogRepository.Bounds logs,
        Duration egressInterval) {}

package dev.berth.gateway.operation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of operations.
 *
 * @param operationDeadline how long one may take, beside what its thing itself may: a rollout, a run
 */
@ConfigurationProperties("berth")
record OperationProperties(@DefaultValue("10m") Duration operationDeadline) {
    OperationProperties {
        if (operationDeadline.isNegative()
                || operationDeadline.isZero()
                || operationDeadline.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "BERTH_OPERATION_DEADLINE is above 0s and at most 1d, not %s".formatted(operationDeadline));
        }
    }
}

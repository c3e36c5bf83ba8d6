package dev.berth.gateway.workload;

import dev.berth.schema.workload.HealthCheck;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A check as the API has it; in a request nothing of it is checked yet, and null is "not given".
 *
 * @param type {@code http}, {@code tcp}, {@code exec}, or {@code none} to take a check away
 */
public record CheckShape(
        @Nullable String type,
        @Nullable String path,
        @Nullable BigInteger port,
        @Nullable List<@Nullable String> command,
        @Nullable BigInteger intervalS,
        @Nullable BigInteger timeoutS,
        @Nullable BigInteger retries,
        @Nullable BigInteger startPeriodS) {
    static @Nullable CheckShape of(@Nullable HealthCheck check) {
        return check == null
                ? null
                : new CheckShape(
                        check.type().text(),
                        check.path(),
                        check.port() == null ? null : BigInteger.valueOf(check.port()),
                        check.command().isEmpty() ? null : List.copyOf(check.command()),
                        BigInteger.valueOf(check.intervalSeconds()),
                        BigInteger.valueOf(check.timeoutSeconds()),
                        BigInteger.valueOf(check.retries()),
                        BigInteger.valueOf(check.startPeriodSeconds()));
    }
}

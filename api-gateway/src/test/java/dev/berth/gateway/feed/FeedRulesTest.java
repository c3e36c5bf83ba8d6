package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.DisputeId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.RefundId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.TypeId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.EventTypes;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a customer sees of each event there is. */
class FeedRulesTest {
    private static final Instant AT = Instant.parse("2026-11-22T09:14:03.120Z");

    @Test
    void everyEventThatThereIsHasANameOrIsLeftOutOnPurpose() {
        Set<String> named = new TreeSet<>();
        List<String> leftOut = new ArrayList<>();
        EventTypes.all()
                .values()
                .forEach(type -> FeedRules.entry(made(type))
                        .ifPresentOrElse(entry -> named.add(entry.type()), () -> leftOut.add(type.getSimpleName())));
        named.add("workload.updated"); // the same record as workload.created, of a later generation
        named.addAll(
                List.of("volume.created", "volume.updated")); // as volume.deleted, which a time of purge makes of it
        named.addAll(List.of("container.paused", "container.unpaused")); // one record, named by what it says
        for (RolloutState state : RolloutState.values()) {
            named.add("rollout." + state.text()); // one record, named by its state
        }
        named.addAll(List.of(
                FeedTypes.DELIVERY_FAILED,
                FeedTypes.ENDPOINT_DISABLED,
                FeedTypes.ACCOUNT_CLOSING,
                FeedTypes.ACCOUNT_REOPENED)); // of no topic
        assertThat(named).containsExactlyInAnyOrderElementsOf(FeedTypes.ALL);
        assertThat(leftOut)
                .containsExactlyInAnyOrder(
                        "EgressMeasured",
                        "Inventory",
                        "TestClockMoved",
                        "UsageBegun",
                        "UsageRecorded",
                        "VolumeUsageRecorded",
                        "WatermarkAdvanced");
    }

    @Test
    void theSubjectOfAnEntryIsAnIdAndItsWorkloadIsKnownWhereThereIsOne() {
        EventTypes.all()
                .values()
                .forEach(type -> FeedRules.entry(made(type)).ifPresent(entry -> {
                    assertThat(entry.subject()).matches("[a-z]+_[0-9a-z]{26}");
                    boolean aboutAWorkload = entry.type().startsWith("workload.")
                            || entry.type().startsWith("rollout.")
                            || entry.type().startsWith("container.")
                            || entry.subject().startsWith("wl_")
                            || (entry.type().startsWith("usage.")
                                    && !entry.subject().startsWith("vol_"));
                    assertThat(entry.workload() != null).as(entry.type()).isEqualTo(aboutAWorkload);
                }));
    }

    @Test
    void theValuesOfAnEnvironmentAreNotShown() {
        FeedRules.Entry entry =
                FeedRules.entry(wish(2, Map.of("DB_PASSWORD", "hunter2"))).orElseThrow();
        assertThat(entry.type()).isEqualTo("workload.updated");
        assertThat(entry.data().toString()).contains("DB_PASSWORD").doesNotContain("hunter2");
    }

    @Test
    void whatIsSealedInAWishIsNotShown() throws IOException {
        try (InputStream sample = Objects.requireNonNull(
                WorkloadDesired.class.getResourceAsStream("/contracts/workload/WorkloadDesired.v1.sample.json"))) {
            WorkloadDesired wish = Json.mapper().readValue(sample, WorkloadDesired.class);
            assertThat(wish.registryLogin()).isNotNull();
            assertThat(wish.secrets()).isNotEmpty();
            FeedRules.Entry entry = FeedRules.entry(wish).orElseThrow();
            assertThat(entry.data().toString()).contains("registry_login").doesNotContain("sealed", "username");
        }
    }

    private static WorkloadDesired wish(long generation, Map<String, String> env) {
        return new WorkloadDesired(
                WorkloadId.next(),
                AccountId.next(),
                "web",
                WorkloadKind.SERVICE,
                generation,
                1,
                1,
                DesiredState.RUNNING,
                null,
                "berth/sample:1",
                List.of(),
                List.of(),
                env,
                CpuMillis.of(250),
                MemoryMib.of(256),
                1,
                List.of(),
                RestartPolicy.ALWAYS,
                null,
                10,
                false,
                true,
                Map.of(),
                AT,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** Some event of a type; what a component holds does not matter here. */
    private static <T> T made(Class<T> type) {
        try {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = value(types[i]);
            }
            return type.cast(type.getDeclaredConstructor(types).newInstance(values));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type.getName(), e);
        }
    }

    private static Object value(Class<?> type) {
        if (type.isEnum()) {
            return Objects.requireNonNull(type.getEnumConstants())[0];
        }
        if (TypeId.class.isAssignableFrom(type)) {
            return id(type);
        }
        if (type.isRecord() && !type.getPackageName().endsWith(".unit")) {
            return made(type);
        }
        return switch (type.getSimpleName()) {
            case "String" -> "text";
            case "int", "Integer" -> 1;
            case "long", "Long" -> 1L;
            case "boolean", "Boolean" -> true;
            case "Instant" -> AT;
            case "CpuMillis" -> CpuMillis.of(250);
            case "MemoryMib" -> MemoryMib.of(256);
            case "List" -> List.of();
            case "Map" -> Map.of();
            default -> throw new AssertionError("this test does not know how to make a " + type);
        };
    }

    private static TypeId id(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "AccountId" -> AccountId.next();
            case "WorkloadId" -> WorkloadId.next();
            case "ContainerId" -> ContainerId.next();
            case "InvoiceId" -> InvoiceId.next();
            case "VolumeId" -> VolumeId.next();
            case "SnapshotId" -> SnapshotId.next();
            case "PaymentId" -> PaymentId.next();
            case "CreditNoteId" -> CreditNoteId.next();
            case "DisputeId" -> DisputeId.next();
            case "RefundId" -> RefundId.next();
            case "CreditGrantId" -> CreditGrantId.next();
            default -> throw new AssertionError("this test does not know how to make a " + type);
        };
    }
}

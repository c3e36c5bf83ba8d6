package dev.berth.schema.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeIdTest {
    /** From valid.yml of the TypeID specification. */
    @ParameterizedTest
    @CsvSource({
        "00000000000000000000000000, 00000000-0000-0000-0000-000000000000",
        "00000000000000000000000001, 00000000-0000-0000-0000-000000000001",
        "0000000000000000000000000a, 00000000-0000-0000-0000-00000000000a",
        "0000000000000000000000000g, 00000000-0000-0000-0000-000000000010",
        "00000000000000000000000010, 00000000-0000-0000-0000-000000000020",
        "7zzzzzzzzzzzzzzzzzzzzzzzzz, ffffffff-ffff-ffff-ffff-ffffffffffff",
        "0123456789abcdefghjkmnpqrs, 0110c853-1d09-52d8-d73e-1194e95b5f19",
        "01h455vb4pex5vsknk084sn02q, 01890a5d-ac96-774b-bcce-b302099a8057"
    })
    void theVectorsOfTheSpecificationHold(String suffix, UUID uuid) {
        assertThat(TypeId.encode("prefix", uuid)).isEqualTo("prefix_" + suffix);
        assertThat(TypeId.decode("prefix", "prefix_" + suffix)).isEqualTo(uuid);
    }

    /** From invalid.yml, with our prefix where the prefix is not the fault. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PREFIX_00000000000000000000000000",
                "12345_00000000000000000000000000",
                "pre.fix_00000000000000000000000000",
                "  prefix_00000000000000000000000000",
                "_00000000000000000000000000",
                "_",
                "",
                "prefix_1234567890123456789012345",
                "prefix_123456789012345678901234567",
                "prefix_1234567890123456789012345 ",
                "prefix_0123456789ABCDEFGHJKMNPQRS",
                "prefix_123456789-123456789-123456",
                "prefix_ooooooiiiiiiuuuuuuulllllll",
                "prefix_i23456789ol23456789oi23456",
                "prefix_123456789-0123456789-0123456",
                "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz",
                "prefix00000000000000000000000000_",
                "prefix_0000000000000000000000000é",
                "prefix_0000000000000000000000000\u0000"
            })
    void whatIsNoTypeIdIsRefused(String text) {
        assertThatThrownBy(() -> TypeId.decode("prefix", text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void anyUuidComesBack(@ForAll long high, @ForAll long low) {
        UUID uuid = new UUID(high, low);
        assertThat(TypeId.decode("acct", TypeId.encode("acct", uuid))).isEqualTo(uuid);
    }

    @Property
    void textSortsAsTheBitsDo(@ForAll long high, @ForAll long low, @ForAll long otherHigh, @ForAll long otherLow) {
        int bits = Long.compareUnsigned(high, otherHigh) != 0
                ? Long.compareUnsigned(high, otherHigh)
                : Long.compareUnsigned(low, otherLow);
        int texts =
                TypeId.encode("a", new UUID(high, low)).compareTo(TypeId.encode("a", new UUID(otherHigh, otherLow)));
        assertThat(Integer.signum(texts)).isEqualTo(Integer.signum(bits));
    }

    @Test
    void anIdOfAnotherKindIsRefused() {
        String workload = WorkloadId.next().toString();
        assertThatThrownBy(() -> AccountId.parse(workload))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("acct_");
    }

    @Test
    void aLongTextIsNotRepeatedWhole() {
        assertThatThrownBy(() -> AccountId.parse("x".repeat(100_000))).hasMessageMatching("(?s).{1,200}");
    }

    @Test
    void inJsonAnIdIsItsText() {
        ContainerId id = ContainerId.next();
        assertThat(Json.mapper().writeValueAsString(id)).isEqualTo("\"" + id + "\"");
        assertThat(Json.mapper().readValue("\"" + id + "\"", ContainerId.class)).isEqualTo(id);
    }

    @Test
    void idsOfOneProcessGrowAndAreOfVersion7() throws Exception {
        List<Callable<List<UUID>>> makers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            makers.add(() -> {
                List<UUID> made = new ArrayList<>();
                for (int k = 0; k < 10_000; k++) {
                    made.add(Uuid7.next());
                }
                return made;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<UUID> all = new ArrayList<>();
            for (Future<List<UUID>> made : threads.invokeAll(makers)) {
                assertThat(made.get().stream().map(id -> TypeId.encode("a", id)))
                        .isSorted();
                all.addAll(made.get());
            }
            assertThat(all).doesNotHaveDuplicates().allMatch(id -> id.version() == 7 && id.variant() == 2);
        }
    }
}

package dev.berth.provisioner.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.workload.ContentLimits;
import dev.berth.schema.workload.FileWish;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.SecretUse;
import dev.berth.schema.workload.VolumeMount;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCheckTest {
    private static final Instant AT = Instant.parse("2026-11-29T08:00:00Z");
    private static final VolumeId VOLUME = VolumeId.next();

    /** A wish with some of each that is right. */
    private static Wishes right() {
        Wishes wishes = Wishes.of(AccountId.next());
        wishes.env = Map.of("A", "1");
        wishes.rollout = new RolloutWish(RolloutStrategy.RECREATE, 0, 1, 0, 600, 1, false, true, false, false);
        wishes.volumes =
                List.of(new VolumeMount(VOLUME, "/data", false), new VolumeMount(VolumeId.next(), "/ro", true));
        wishes.secrets = List.of(secret("db", "DB", null), secret("db", null, "/run/secrets/db"));
        wishes.files = List.of(new FileWish("/etc/app.conf", "a = 1", false), new FileWish("/data/x.conf", "", true));
        return wishes;
    }

    private static SecretUse secret(String name, String env, String path) {
        return new SecretUse(name, 1, env, path, "sealed");
    }

    private static Optional<String> refusal(Wishes wishes) {
        return SpecCheck.refusal(wishes.event(AT)).map(note -> {
            assertThat(note.code()).isEqualTo("spec_invalid");
            return String.valueOf(note.message());
        });
    }

    /** Something that the gateway refuses too, and what is said of it here. */
    record Wrong(String said, Consumer<Wishes> change) {
        @Override
        public String toString() {
            return said;
        }
    }

    private static Wrong volumes(String said, VolumeMount... mounts) {
        return new Wrong(said, wishes -> wishes.volumes = List.of(mounts));
    }

    private static Wrong secrets(String said, SecretUse... secrets) {
        return new Wrong(said, wishes -> wishes.secrets = List.of(secrets));
    }

    private static Wrong files(String said, FileWish... files) {
        return new Wrong(said, wishes -> wishes.files = List.of(files));
    }

    static Stream<Wrong> wrong() {
        VolumeId other = VolumeId.next();
        return Stream.of(
                volumes("kernel's", new VolumeMount(VOLUME, "/proc/sys", true)),
                volumes("kernel's", new VolumeMount(VOLUME, "/dev", true)),
                volumes("plain names", new VolumeMount(VOLUME, "/", true)),
                volumes("plain names", new VolumeMount(VOLUME, "/a/../proc", true)),
                volumes("plain names", new VolumeMount(VOLUME, "data", true)),
                volumes("plain names", new VolumeMount(VOLUME, "/a:/proc", true)),
                volumes("one in the other", new VolumeMount(VOLUME, "/a", true), new VolumeMount(other, "/a", true)),
                volumes("one in the other", new VolumeMount(VOLUME, "/a", true), new VolumeMount(other, "/a/b", true)),
                volumes("twice", new VolumeMount(VOLUME, "/a", true), new VolumeMount(VOLUME, "/b", true)),
                new Wrong(
                        "more than 16 volumes",
                        wishes -> wishes.volumes = Stream.iterate(0, i -> i + 1)
                                .limit(17)
                                .map(i -> new VolumeMount(VolumeId.next(), "/v" + i, true))
                                .toList()),
                new Wrong("one replica", wishes -> wishes.replicas = 2),
                new Wrong("one replica", wishes -> {
                    wishes.kind = WorkloadKind.JOB;
                    wishes.replicas = 3;
                }),
                new Wrong("by recreate", wishes -> wishes.rollout = null),
                new Wrong("by recreate", wishes -> wishes.rollout = RolloutWish.USUAL),
                secrets("name", secret("../db", "DB", null)),
                secrets("one of a variable and a file", secret("db", "DB", "/run/db")),
                secrets("one of a variable and a file", secret("db", null, null)),
                secrets("cannot be named so", secret("db", "LD=PRELOAD", null)),
                secrets("kernel's", secret("db", null, "/proc/1/environ")),
                secrets("set twice", secret("db", "A", null)),
                secrets("set twice", secret("db", "B", null), secret("db2", "B", null)),
                files("kernel's", new FileWish("/sys/kernel/x", "", false)),
                files("plain names", new FileWish("/etc/../proc/x", "", false)),
                files("not text", new FileWish("/a", "a\0b", false)),
                files("not text", new FileWish("/a", "x".repeat(ContentLimits.MAX_FILE_BYTES + 1), false)),
                files("other's place", new FileWish("/a", "", false), new FileWish("/a/b", "", false)),
                files("other's place", new FileWish("/run/secrets/db", "", false)),
                files("where a file or a secret is to be", new FileWish("/data", "", false)),
                new Wrong(
                        "secrets or files",
                        wishes -> wishes.files = Collections.nCopies(33, new FileWish("/a", "", false))));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusesWhatTheGatewayShouldHaveRefused(Wrong wrong) {
        Wishes wishes = right();
        assertThat(refusal(wishes)).as("it is right before").isEmpty();
        wrong.change().accept(wishes);
        assertThat(refusal(wishes)).hasValueSatisfying(said -> assertThat(said).contains(wrong.said()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"JOB", "CRON"})
    void aTaskThatWritesNeedsNoStrategy(String kind) {
        Wishes wishes = right();
        wishes.kind = WorkloadKind.valueOf(kind);
        wishes.rollout = null;
        assertThat(refusal(wishes)).isEmpty();
    }

    /** However a path is spelt: what is accepted is absolute, plain, and not the kernel's. */
    @Property
    void noPathLeadsToTheKernelsFiles(@ForAll("paths") String path) {
        Wishes wishes = right();
        wishes.files = List.of(new FileWish(path, "", false));
        if (refusal(wishes).isEmpty()) {
            java.nio.file.Path plain = java.nio.file.Path.of(path);
            assertThat(plain.isAbsolute()).isTrue();
            assertThat(plain.normalize().toString()).isEqualTo(path);
            assertThat(List.of("proc", "sys", "dev"))
                    .doesNotContain(plain.getName(0).toString());
        }
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("/", "..", ".", "proc", "dev", "sys", "a", "//", " ", ":", "\n", "ä")
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }
}

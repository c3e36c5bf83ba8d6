package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.content.ContentProperties;
import dev.berth.provisioner.engine.ContainerSpec;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.MisbehavingEngine.Run;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.provisioner.volume.VolumeStore;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.wire.SecretBox;
import dev.berth.schema.workload.FileWish;
import dev.berth.schema.workload.SecretUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets and files of containers, on a real database and an engine in memory. */
@Tag("parts")
class ContentTest {
    private static final String KEY = "the key of the tests for secrets!!";

    @TempDir
    private Path folder;

    private final SecretBox box = new SecretBox(KEY);
    private World world;
    private AccountId account;
    private Wishes wish;

    @BeforeEach
    void begin() {
        open(new ContentProperties(KEY, folder.toString()));
    }

    private void open(ContentProperties properties) {
        world = new World(VolumeStore.none(), properties);
        world.engine.image("server:1", Program.SERVER);
        account = world.openAccount();
        world.work();
        wish = Wishes.of(account);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private SecretUse secret(String env, String path) {
        return new SecretUse("db", 1, env, path, box.seal(account, "db", 1, "canary-0451"));
    }

    private Run only() {
        List<Run> running = world.engine.runs().stream()
                .filter(run -> run.finishedAt == null)
                .toList();
        assertThat(running).hasSize(1);
        return running.getFirst();
    }

    private List<String> folders() throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void reachTheContainerTheyAreForAndGoWithIt() throws Exception {
        wish.secrets = List.of(secret("DB", null), secret(null, "/run/secrets/db"));
        wish.files = List.of(new FileWish("/etc/app.conf", "a = 1", false), new FileWish("/hook", "#!", true));
        world.wish(wish);
        world.work();
        Run run = only();
        assertThat(run.spec.env()).containsEntry("DB", "canary-0451");
        assertThat(run.spec.mounts())
                .extracting(ContainerSpec.Mount::target)
                .containsExactly("/run/secrets/db", "/etc/app.conf", "/hook");
        assertThat(run.spec.mounts()).allMatch(ContainerSpec.Mount::readOnly);
        Path file = Path.of(run.spec.mounts().getFirst().source());
        assertThat(Files.readString(file)).isEqualTo("canary-0451");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
        assertThat(Files.getPosixFilePermissions(file.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(
                        Path.of(run.spec.mounts().getLast().source())))
                .isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
        for (String table : new String[] {"wish", "container", "outbox", "rollout"}) {
            assertThat(world.dsl.fetch("select t::text from " + table + " t").toString())
                    .doesNotContain("canary-0451");
        }

        wish.generation = 2;
        world.withdraw(wish);
        world.pass(Duration.ofSeconds(30));
        assertThat(folders()).isEmpty();
    }

    @Test
    void whatACrashLeftIsCleared() throws Exception {
        String stray = ContainerId.next().toString();
        Files.createDirectories(folder.resolve(stray));
        Files.writeString(folder.resolve(stray).resolve("0"), "x");
        wish.files = List.of(new FileWish("/a", "a", false));
        world.wish(wish);
        world.pass(Duration.ofSeconds(10));
        assertThat(folders()).containsExactly(only().container.toString());
    }

    @Test
    void aSecretOfAnotherAccountOrKeyIsRefusedAndSaysWhy() {
        SecretUse foreign = new SecretUse("db", 1, "DB", null, box.seal(AccountId.next(), "db", 1, "canary-0451"));
        wish.secrets = List.of(foreign);
        world.wish(wish);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.runs()).isEmpty();
        assertThat(world.told(LaunchFailed.class)).isNotEmpty().allSatisfy(failed -> {
            assertThat(failed.code()).isEqualTo("content_refused");
            assertThat(failed.message()).contains("sealed for another account").doesNotContain("canary");
        });
    }

    @Test
    void nothingIsLaidOutInAFolderThatIsSomebodyElses() throws Exception {
        Files.setAttribute(folder, "unix:uid", 4711);
        wish.files = List.of(new FileWish("/a", "canary-0451", false));
        world.wish(wish);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.runs()).isEmpty();
        assertThat(folders()).isEmpty();
        assertThat(world.told(LaunchFailed.class)).isNotEmpty().allSatisfy(failed -> {
            assertThat(failed.code()).isEqualTo("content_refused");
            assertThat(failed.message()).doesNotContain(folder.toString());
        });
        Files.setAttribute(folder, "unix:uid", 0);
        world.pass(Duration.ofMinutes(6));
        assertThat(folders()).containsExactly(only().container.toString());
    }

    @Test
    void aHostThatCannotSaysWhatTheOperatorDoes() {
        world.close();
        open(new ContentProperties("", ""));
        wish.files = List.of(new FileWish("/a", "a", false));
        world.wish(wish);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.told(LaunchFailed.class).getFirst().message()).contains("BERTH_FILE_DIR");
    }
}

package dev.berth.client;

import dev.berth.client.api.RollBackRequest;
import dev.berth.client.api.Route;
import dev.berth.client.api.Routes;
import dev.berth.client.api.WorkloadRequest;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Answer;
import dev.berth.client.call.Call;
import dev.berth.client.screen.Words;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes of workloads. Each waits until it is through, or says why it is not. */
final class ChangeCommands {
    private ChangeCommands() {}

    /** Whether and how long to wait. */
    static final class Patience {
        @Option(
                names = {"-d", "--detach"},
                description = "Do not wait.")
        private boolean detach;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "600",
                description = "How long to wait (default: ${DEFAULT-VALUE}).")
        private int timeoutSeconds = 600;

        /** Waits, unless nobody wants that. */
        void await(Given given, Answer accepted) {
            if (!detach) {
                new Waiting(given).forOperation(accepted, Duration.ofSeconds(timeoutSeconds));
            }
        }
    }

    @Command(
            description =
                    "Changes a workload: another image, or what the options say. A service changes over without a gap.",
            mixinStandardHelpOptions = true)
    static int deploy(
            @Mixin Given given,
            @Mixin Patience patience,
            @Mixin Wished wished,
            @Parameters(index = "0", paramLabel = "WORKLOAD") String name,
            @Parameters(index = "1", arity = "0..1", paramLabel = "IMAGE") @Nullable String image,
            @Parameters(index = "2..*", arity = "0..*", paramLabel = "WORD", description = "The command, after --.")
                    @Nullable
                    List<String> command) {
        WorkloadRequest wish =
                new WorkloadRequest().image(image).args(command == null || command.isEmpty() ? null : command);
        wished.into(wish, given.environment());
        if (wish.json().isEmpty()) {
            throw new Complaint(Exit.USAGE, "Nothing is to be changed.", "Name an image, or an option.");
        }
        WorkloadView workload = Lookup.workload(given.gateway(), name);
        Answer accepted = given.gateway()
                .send(Call.of(Routes.PATCH_WORKLOADS_ID, workload.id()).call().sending(wish));
        patience.await(given, accepted);
        return done(given, accepted);
    }

    @Command(description = "Sets how many containers of workloads run.", mixinStandardHelpOptions = true)
    static int scale(
            @Mixin Given given,
            @Mixin Patience patience,
            @Parameters(arity = "1..*", paramLabel = "WORKLOAD=N") List<String> wishes) {
        for (Map.Entry<String, String> one : Wished.pairs(wishes, "scale").entrySet()) {
            if (!one.getValue().matches("[0-9]{1,6}")) {
                throw new Complaint(
                        Exit.USAGE, "'%s' is no number of containers.".formatted(one.getValue()), "Such as web=3.");
            }
            WorkloadView workload = Lookup.workload(given.gateway(), one.getKey());
            Answer accepted = given.gateway()
                    .send(Call.of(Routes.PATCH_WORKLOADS_ID, workload.id())
                            .call()
                            .sending(new WorkloadRequest().replicas(Integer.valueOf(one.getValue()))));
            patience.await(given, accepted);
            done(given, accepted);
        }
        return Exit.OK;
    }

    @Command(description = "Stops workloads; they are kept, and hold no quota.", mixinStandardHelpOptions = true)
    static int stop(
            @Mixin Given given,
            @Mixin Patience patience,
            @Parameters(arity = "1..*", paramLabel = "WORKLOAD") List<String> names) {
        return each(given, patience, Routes.POST_WORKLOADS_ID_STOP, names);
    }

    @Command(description = "Starts workloads that are stopped; a job runs once more.", mixinStandardHelpOptions = true)
    static int start(
            @Mixin Given given,
            @Mixin Patience patience,
            @Parameters(arity = "1..*", paramLabel = "WORKLOAD") List<String> names) {
        return each(given, patience, Routes.POST_WORKLOADS_ID_START, names);
    }

    @Command(description = "Replaces the containers of workloads.", mixinStandardHelpOptions = true)
    static int restart(
            @Mixin Given given,
            @Mixin Patience patience,
            @Parameters(arity = "1..*", paramLabel = "WORKLOAD") List<String> names) {
        return each(given, patience, Routes.POST_WORKLOADS_ID_RESTART, names);
    }

    @Command(description = "Deletes workloads and their containers.", mixinStandardHelpOptions = true)
    static int rm(
            @Mixin Given given,
            @Mixin Patience patience,
            @Parameters(arity = "1..*", paramLabel = "WORKLOAD") List<String> names) {
        return each(given, patience, Routes.DELETE_WORKLOADS_ID, names);
    }

    @Command(description = "Goes back to the revision before, or to another one.", mixinStandardHelpOptions = true)
    static int rollback(
            @Mixin Given given,
            @Mixin Patience patience,
            @Parameters(index = "0", paramLabel = "WORKLOAD") String name,
            @Parameters(index = "1", arity = "0..1", paramLabel = "REVISION") @Nullable Long revision) {
        WorkloadView workload = Lookup.workload(given.gateway(), name);
        Answer accepted = given.gateway()
                .send(Call.of(Routes.POST_WORKLOADS_ID_ROLLBACK, workload.id())
                        .call()
                        .sending(new RollBackRequest().revision(revision)));
        patience.await(given, accepted);
        return done(given, accepted);
    }

    private static int each(Given given, Patience patience, Route route, List<String> names) {
        for (String name : names) {
            WorkloadView workload = Lookup.workload(given.gateway(), name);
            Answer accepted = given.gateway().send(Call.of(route, workload.id()).call());
            patience.await(given, accepted);
            done(given, accepted);
        }
        return Exit.OK;
    }

    private static int done(Given given, Answer accepted) {
        WorkloadView workload = new WorkloadView(accepted.json());
        if (given.json()) {
            given.screen().json(accepted.json());
        } else {
            given.screen().line(given.quiet() ? workload.id() : Words.clean(workload.name()));
        }
        return Exit.OK;
    }
}

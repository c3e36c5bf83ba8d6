package dev.berth.client;

import dev.berth.client.api.Quote;
import dev.berth.client.api.Routes;
import dev.berth.client.api.WorkloadRequest;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Answer;
import dev.berth.client.call.Call;
import dev.berth.client.screen.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code berth run}. */
@Command(
        name = "run",
        description = {
            "Runs an image.",
            "Waits until it is ready, or says why it is not; -d does not wait. A job writes what it writes, and ends with its exit code."
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Mixin
    private @Nullable Given given;

    @Mixin
    private Wished wished = new Wished();

    @Parameters(index = "0", paramLabel = "IMAGE")
    private String image = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "WORD", description = "The command, after --.")
    private List<String> command = new ArrayList<>();

    @Option(names = "--name", description = "Default: the image's, and four characters.")
    private @Nullable String name;

    @Option(
            names = "--kind",
            defaultValue = "service",
            description = "service, job, cron or machine (default: ${DEFAULT-VALUE}).")
    private String kind = "service";

    @Option(names = "--schedule", paramLabel = "CRON", description = "When a cron runs, such as '*/5 * * * *'.")
    private @Nullable String schedule;

    @Option(
            names = {"--rm", "--auto-destroy"},
            description = "Delete it when it has ended.")
    private boolean remove;

    @Option(names = "--retries", paramLabel = "N", description = "Of a job; 0 where its end is waited for.")
    private @Nullable Integer retries;

    @Option(names = "--max-runtime", paramLabel = "SECONDS", description = "Of a job.")
    private @Nullable Integer maxRuntime;

    @Option(names = "--parallelism", paramLabel = "N", description = "How many of a job run at once.")
    private @Nullable Integer parallelism;

    @Option(names = "--completions", paramLabel = "N", description = "How many of a job must end well.")
    private @Nullable Integer completions;

    @Option(names = "--dry-run", description = "Make nothing; say what it would cost, and whether the quota allows it.")
    private boolean dryRun;

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

    @Override
    public Integer call() {
        Given to = java.util.Objects.requireNonNull(given);
        WorkloadRequest wish = wish(to);
        Call call = Call.of(Routes.POST_WORKLOADS).call().sending(wish);
        if (dryRun) {
            return quote(to, to.gateway().send(call.with("dry_run", true)).json());
        }
        Answer made = to.gateway().send(call);
        WorkloadView workload = new WorkloadView(made.json());
        if (detach || workload.kind().equals("cron")) {
            return show(to, workload);
        }
        if (workload.kind().equals("job")) {
            to.say("job %s (%s)".formatted(Words.clean(workload.name()), workload.id()));
            return new JobRun(to, workload).toItsEnd();
        }
        new Waiting(to).forOperation(made, Duration.ofSeconds(timeoutSeconds));
        return show(
                to,
                new WorkloadView(to.gateway()
                        .send(Call.of(Routes.GET_WORKLOADS_ID, workload.id()).call())
                        .json()));
    }

    private WorkloadRequest wish(Given to) {
        WorkloadRequest wish = new WorkloadRequest()
                .name(name == null ? named(image) : name)
                .kind(schedule == null ? kind : "cron")
                .image(image)
                .args(command.isEmpty() ? null : command)
                .autoDestroy(remove ? true : null)
                .maxRuntimeS(maxRuntime)
                .parallelism(parallelism)
                .completions(completions);
        boolean awaited = kind.equals("job") && schedule == null && !detach;
        wish.retries(retries == null && awaited ? Integer.valueOf(0) : retries);
        if (schedule != null) {
            wish.json().putObject("schedule").put("cron", schedule);
        }
        wished.into(wish, to.environment());
        return wish;
    }

    /** The last part of an image's name without its tag, and some characters that tell two of it apart. */
    static String named(String image) {
        String path = image.replaceFirst("@.*", "");
        String last = path.substring(path.lastIndexOf('/') + 1).replaceFirst(":.*", "");
        String plain =
                last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-").replaceAll("^-+|-+$", "");
        String mark = UUID.randomUUID().toString().substring(0, 4);
        return (plain.isEmpty() ? "workload" : plain.substring(0, Math.min(40, plain.length()))) + "-" + mark;
    }

    private static int quote(Given to, JsonNode json) {
        Quote quote = new Quote(json);
        boolean allowed = quote.quota().allowed();
        if (to.json()) {
            to.screen().json(json);
        } else {
            to.screen().line("Per hour   " + Words.money(quote.perHour().json()));
            to.screen().line("Per month  " + Words.money(quote.perMonth().json()));
            to.screen()
                    .line("Quota      "
                            + (allowed
                                    ? "allows it"
                                    : "is too small by "
                                            + Words.clean(
                                                    quote.quota().missing().toString())));
        }
        return allowed ? Exit.OK : Exit.REFUSED;
    }

    private static int show(Given to, WorkloadView workload) {
        if (to.json()) {
            to.screen().json(workload.json());
        } else if (to.quiet()) {
            to.screen().line(workload.id());
        } else {
            to.screen()
                    .line("%s  %s  %s"
                            .formatted(
                                    Words.clean(workload.name()),
                                    workload.id(),
                                    workload.observed().state()));
        }
        return Exit.OK;
    }
}

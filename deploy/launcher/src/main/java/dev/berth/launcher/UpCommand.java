package dev.berth.launcher;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.data.StateFile;
import dev.berth.launcher.engine.Engine;
import dev.berth.launcher.engine.SampleImage;
import dev.berth.launcher.machine.DockerHost;
import dev.berth.launcher.machine.Nftables;
import dev.berth.launcher.machine.Packages;
import dev.berth.launcher.part.Ports;
import dev.berth.launcher.part.Programs;
import dev.berth.launcher.part.StripeDoublePart;
import dev.berth.launcher.ring.CacheTraining;
import dev.berth.launcher.ring.Progress;
import dev.berth.launcher.ring.Ring;
import dev.berth.launcher.ring.RingSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = "Starts all of Berth: PostgreSQL, Kafka and the four services. Ctrl-C or ./berth down stops it.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Option(
            names = {"-d", "--detach"},
            description = "Go on in the background; returns when ready (0) or failed (1).")
    private boolean detach;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "The gateway's port; six more follow it (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            defaultValue = "127.0.0.1",
            description = "The gateway's address (default: ${DEFAULT-VALUE}; 0.0.0.0 opens it to the network).")
    private String bind = "127.0.0.1";

    @Option(
            names = "--stripe",
            paramLabel = "test-double",
            description =
                    "test-double: payments go to a double of Stripe that runs beside the services, for play with test cards.")
    private String stripe = "";

    @Option(names = "--supervise", hidden = true, description = "This is the process in the background.")
    private boolean supervise;

    private final PrintStream out = System.out;
    private final Progress progress = new Progress(out);

    @Override
    public Integer call() throws InterruptedException {
        RingSettings settings =
                new RingSettings(Where.checkout(), where.directory(), new Ports(port), bind, environment());
        Optional<RunState> other = where.state().filter(RunState::supervised);
        if (other.isPresent()) {
            return runsAlready(other.get(), settings);
        }
        if (!supervise) {
            progress.line("Berth starts on %s".formatted(settings.data().root()));
        }
        settings.data().create();
        Engine engine = engine(settings);
        if (detach && !supervise) {
            return inBackground(settings);
        }
        return here(settings, engine);
    }

    /** The operator's settings, with the choice of Stripe among them. */
    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        if (stripe.isEmpty()) {
            return environment;
        }
        if (!stripe.equals(RingSettings.STRIPE_DOUBLE)) {
            throw new LaunchException(
                    "--stripe=%s is none that there is.".formatted(stripe),
                    "It is --stripe=test-double, or real keys in BERTH_STRIPE_SECRET_KEY and BERTH_STRIPE_WEBHOOK_SECRET.");
        }
        List<String> real = RingSettings.STRIPE_SETTINGS.stream()
                .filter(variable -> !environment.getOrDefault(variable, "").isBlank())
                .toList();
        if (!real.isEmpty()) {
            throw new LaunchException(
                    "--stripe=test-double does not go with %s.".formatted(String.join(" and ", real)),
                    "Unset what is real, or leave the double out.");
        }
        environment.put(RingSettings.STRIPE, stripe);
        return environment;
    }

    private int runsAlready(RunState other, RingSettings settings) {
        boolean doubled = other.parts().stream().anyMatch(part -> part.name().equals(StripeDoublePart.NAME));
        boolean same = other.port() == port && other.bind().equals(bind) && doubled == settings.stripeDouble();
        out.printf(
                "Berth runs already on %s: %s, pid %d, http://%s:%d%n",
                settings.data().root(),
                other.phase().name().toLowerCase(java.util.Locale.ROOT),
                other.launcher().pid(),
                other.bind(),
                other.port());
        if (!same) {
            out.println("To have it otherwise: ./berth down, then ./berth up --port %d --bind %s%s"
                    .formatted(port, bind, stripe.isEmpty() ? "" : " --stripe=" + stripe));
        }
        return same ? 0 : 1;
    }

    private Engine engine(RingSettings settings) {
        DockerHost host = new DockerHost(
                new Packages(what -> progress.say("docker", what)),
                what -> progress.say("docker", what),
                settings.data().logs().resolve("dockerd.log"));
        Engine engine = host.ensure(settings.dockerHost());
        Nftables.ready(settings.dockerHost(), what -> progress.say("egress", what));
        if (!supervise) {
            progress.say(
                    "docker",
                    "Engine %s at %s".formatted(engine.version().path("Version").asString("?"), engine.host()));
        }
        return engine;
    }

    private int here(RingSettings settings, Engine engine) throws InterruptedException {
        Ring ring = Ring.open(settings, progress);
        CacheTraining training = new CacheTraining(settings, progress);
        training.cleanUp();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            training.close();
            if (!ring.isClosed()) {
                progress.line("");
                progress.say("berth", "stopping; tenants' containers go on");
                ring.close();
                progress.say("berth", "stopped");
            }
            stopped.countDown();
        }));
        CompletableFuture<String> image = CompletableFuture.supplyAsync(() -> sampleImage(engine));
        ring.begin();
        progress.say("sample", image.join());
        Banner.print(out, ring.url(), settings, progress.seconds());
        ring.announceReady();
        training.begin();
        stopped.await();
        return 0;
    }

    private String sampleImage(Engine engine) {
        try {
            Packages packages = new Packages(what -> progress.say("sample", what));
            String how = SampleImage.ensure(engine, () -> {
                if (!Packages.mayInstall()) {
                    return false;
                }
                packages.ensure(List.of("busybox-static"));
                return true;
            });
            return "image %s is %s".formatted(SampleImage.NAME, how);
        } catch (LaunchException e) {
            return "%s %s (Berth runs without it; ./berth demo does not.)".formatted(e.getMessage(), e.advice());
        }
    }

    /** Starts the supervisor as a process of its own, from the copied programs, and follows it until it is ready or has failed. */
    private int inBackground(RingSettings settings) throws InterruptedException {
        DataDirectory data = settings.data();
        Programs programs = Programs.of(settings.checkout(), data);
        LogFile log = new LogFile(data.logs().resolve("launcher.log"));
        log.rotateAbove(4L * 1024 * 1024);
        long seen = log.size();
        Child supervisor = Child.start("launcher", supervisorCommand(programs, settings), Map.of(), log);
        StateFile stateFile = new StateFile(data);
        while (true) {
            seen = show(log, seen);
            Optional<RunState> state = stateFile.read().filter(s -> s.launcher().equals(supervisor.identity()));
            if (state.isPresent() && state.get().phase() == RunState.Phase.READY) {
                show(log, seen);
                return 0;
            }
            if (!supervisor.alive()) {
                show(log, seen);
                return 1;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private long show(LogFile log, long seen) {
        String news = log.from(seen);
        int lineEnd = news.lastIndexOf('\n') + 1;
        out.print(news.substring(0, lineEnd));
        out.flush();
        return seen + news.substring(0, lineEnd).getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }

    private List<String> supervisorCommand(Programs programs, RingSettings settings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dberth.home=" + settings.checkout().toAbsolutePath(),
                "-cp",
                String.join(
                        ":",
                        programs.launcherClassPath().stream()
                                .map(Path::toString)
                                .toList()),
                Main.class.getName(),
                "up",
                "--supervise"));
        command.addAll(
                List.of("--data", settings.data().root().toString(), "--port", Integer.toString(port), "--bind", bind));
        if (!stripe.isEmpty()) {
            command.add("--stripe=" + stripe);
        }
        return command;
    }
}

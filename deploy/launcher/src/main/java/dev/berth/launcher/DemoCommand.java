package dev.berth.launcher;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.demo.DemoReport;
import dev.berth.launcher.demo.DemoResult;
import dev.berth.launcher.demo.DemoStory;
import dev.berth.launcher.engine.Engine;
import dev.berth.launcher.machine.DockerHost;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description =
                "Plays the whole story on the running Berth, from signup to a paid invoice. Exit 0 only when Docker, the meter and the invoice agree.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        RunState state = where.running();
        String host = state.bind().equals("0.0.0.0") ? "127.0.0.1" : state.bind();
        Engine engine = new Engine(
                Optional.ofNullable(System.getenv("BERTH_DOCKER_HOST")).orElse(DockerHost.LOCAL));
        if (!engine.answers()) {
            throw new LaunchException(
                    "No Docker Engine answers at %s.".formatted(engine.host()), "./berth doctor tells why.");
        }
        Consumer<String> say = json ? step -> {} : step -> System.out.println("  " + step);
        DemoResult result = new DemoStory(
                        "http://%s:%d".formatted(host, state.port()),
                        where.directory().operatorKey(),
                        engine,
                        InstantSource.system(),
                        say)
                .play();
        if (json) {
            DemoReport.json(result, System.out);
        } else {
            DemoReport.print(result, System.out);
        }
        return result.agrees() ? 0 : 1;
    }
}

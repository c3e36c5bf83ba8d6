package dev.berth.launcher.part;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.child.StopSignal;
import dev.berth.launcher.data.DataDirectory;
import dev.berth.schema.Service;
import java.time.Duration;
import java.util.Map;

/** One of the four services. It is ready when its own {@code /readyz} says so. */
public final class ServicePart implements Part {
    private final DataDirectory data;
    private final Service service;
    private final int port;
    private final JavaProgram program;
    private final Map<String, String> environment;

    /** A service that listens on that port, with its settings as environment variables. */
    public ServicePart(
            DataDirectory data, Service service, int port, JavaProgram program, Map<String, String> environment) {
        this.data = data;
        this.service = service;
        this.port = port;
        this.program = program;
        this.environment = Map.copyOf(environment);
    }

    /** Which service. */
    public Service service() {
        return service;
    }

    @Override
    public String name() {
        return service.schema();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Child start() {
        return Child.start(name(), program.command(Map.of()), environment, log());
    }

    @Override
    public boolean ready() {
        return HttpProbe.get(probeHost(), port, "/readyz")
                .filter(answer -> answer.status() == 200)
                .isPresent();
    }

    private String probeHost() {
        String bind = environment.getOrDefault("BERTH_BIND", "127.0.0.1");
        return bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
    }

    @Override
    public Duration readyWithin() {
        return Duration.ofMinutes(3);
    }

    @Override
    public StopSignal stopSignal() {
        return StopSignal.TERM;
    }

    @Override
    public Duration stopWithin() {
        return program.stopWithin();
    }

    @Override
    public LogFile log() {
        return new LogFile(data.logs().resolve(name() + ".log"));
    }
}

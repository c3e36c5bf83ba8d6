package dev.berth.provisioner.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exec of the Docker Engine, over a connection that carries both ways (hijacked, as its API calls it). */
final class DockerTerminal implements Terminal {
    private static final Logger LOG = LoggerFactory.getLogger(DockerTerminal.class);
    private static final Duration QUICK = Duration.ofSeconds(5);

    /** Interrupt and end of input, as a terminal sends them. */
    private static final byte[] HANG_UP = {3, 4};

    private final DockerCalls calls;
    private final String id;
    private final boolean tty;
    private final Typed input = new Typed();
    private final ResultCallback.Adapter<Frame> output;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private DockerTerminal(
            DockerCalls calls, String id, TerminalSpec spec, Consumer<byte[]> sink, DockerClient streaming) {
        this.calls = calls;
        this.id = id;
        this.tty = spec.tty();
        this.output = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
                sink.accept(frame.getPayload());
            }

            @Override
            public void onError(Throwable failure) {
                LOG.debug("a terminal broke off", failure);
                super.onError(failure);
                ended();
            }

            @Override
            public void onComplete() {
                super.onComplete();
                ended();
            }
        };
        streaming.execStartCmd(id).withTty(tty).withStdIn(input).exec(output);
    }

    /** Starts a program; what it writes goes to {@code sink}, which holds it up while it is slow. */
    static Terminal open(DockerCalls calls, String name, TerminalSpec spec, Consumer<byte[]> sink) {
        String id = calls.call(
                "exec",
                QUICK,
                client -> client.execCreateCmd(name)
                        .withCmd(spec.command().toArray(String[]::new))
                        .withAttachStdin(true)
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .withTty(spec.tty())
                        .withEnv(List.of("TERM=xterm-256color"))
                        .exec()
                        .getId());
        DockerTerminal terminal = new DockerTerminal(calls, id, spec, sink, calls.streaming(QUICK));
        terminal.resize(spec.columns(), spec.rows());
        return terminal;
    }

    private void ended() {
        Thread.ofVirtual().name("terminal-end").start(() -> {
            try {
                Long code = calls.call(
                        "exec",
                        QUICK,
                        client -> client.inspectExecCmd(id).exec().getExitCodeLong());
                if (code == null) {
                    exit.completeExceptionally(
                            new EngineException.Failed("the terminal broke off before its program ended", null));
                } else {
                    exit.complete(code.intValue());
                }
            } catch (RuntimeException e) {
                exit.completeExceptionally(e);
            }
        });
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        input.type(bytes);
    }

    @Override
    public void resize(int columns, int rows) {
        if (!tty || exit.isDone()) {
            return;
        }
        try {
            calls.call(
                    "resize",
                    QUICK,
                    client -> client.resizeExecCmd(id).withSize(rows, columns).exec());
        } catch (EngineException e) {
            LOG.debug("a terminal was not resized", e); // it has ended, or has not begun: its first size comes again
        }
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    @Override
    public void close() {
        try {
            if (tty && !exit.isDone()) {
                input.type(HANG_UP);
                input.type("exit\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            LOG.debug("a terminal had ended already", e);
        }
        input.close();
        Thread.ofVirtual().name("terminal-close").start(() -> {
            try {
                exit().orTimeout(QUICK.toMillis(), TimeUnit.MILLISECONDS).join();
            } catch (RuntimeException e) {
                LOG.debug("a program did not end when its terminal was closed", e);
            }
            try {
                output.close();
            } catch (IOException e) {
                LOG.debug("a terminal did not close cleanly", e);
            }
        });
    }
}

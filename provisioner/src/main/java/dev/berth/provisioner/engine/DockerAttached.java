package dev.berth.provisioner.engine;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main process of a container of the Docker Engine, over a connection that carries both ways (hijacked, as its API calls it). It is
 * read here and not by docker-java, which guesses by the first byte whether the output comes in frames: with a terminal a program
 * could choose that byte.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.44/#tag/Container/operation/ContainerAttach">ContainerAttach</a>
 */
final class DockerAttached implements Terminal {
    private static final Logger LOG = LoggerFactory.getLogger(DockerAttached.class);
    private static final Duration QUICK = Duration.ofSeconds(5);
    private static final Duration LEAVING = Duration.ofSeconds(1);
    private static final Duration INPUT_PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final int MOST_LOOKS = 50;
    private static final int MOST_BYTES = 16 * 1024;
    private static final int FRAME_HEADER = 8;

    /**
     * What the engine takes as the wish to leave, instead of being typed. It cannot be told to take nothing as that, and its own would
     * hold back each Control-P; a NUL is hardly ever typed.
     */
    private static final String LEAVE = "ctrl-%40%2Cctrl-_%2Cctrl-%40%2Cctrl-_";

    private final DockerCalls calls;
    private final String name;
    private final boolean hears;
    private final boolean tty;
    private final Typed input = new Typed(INPUT_PATIENCE);
    private final DockerHttpClient.Response connection;
    private volatile boolean left;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private DockerAttached(DockerCalls calls, String name) {
        this.calls = calls;
        this.name = name;
        InspectContainerResponse seen = look();
        if (!Boolean.TRUE.equals(seen.getState().getRunning())
                || Boolean.TRUE.equals(seen.getState().getPaused())) {
            throw new EngineException.Conflict("the container does not run", null);
        }
        this.hears = Boolean.TRUE.equals(seen.getConfig().getStdinOpen());
        this.tty = Boolean.TRUE.equals(seen.getConfig().getTty());
        this.connection = calls.hijack(
                "attach",
                QUICK,
                "/containers/%s/attach?stream=1&stdout=1&stderr=1&stdin=%d&detachKeys=%s"
                        .formatted(name, hears ? 1 : 0, LEAVE),
                input);
    }

    /** Joins it; what it writes from now on goes to {@code sink}, which must not wait. */
    static Terminal open(DockerCalls calls, String name, Consumer<byte[]> sink) {
        DockerAttached attached = new DockerAttached(calls, name);
        Thread.ofVirtual().name("attached-" + name).start(() -> attached.read(sink));
        return attached;
    }

    private InspectContainerResponse look() {
        return calls.call(
                "inspect", QUICK, client -> client.inspectContainerCmd(name).exec());
    }

    private void read(Consumer<byte[]> sink) {
        try {
            InputStream body = connection.getBody();
            if (tty) {
                pass(body, Long.MAX_VALUE, sink);
            } else {
                byte[] header = body.readNBytes(FRAME_HEADER);
                while (header.length == FRAME_HEADER) {
                    pass(body, Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(4)), sink);
                    header = body.readNBytes(FRAME_HEADER);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("an attached connection broke off", e);
        } finally {
            over.complete(null);
            input.close();
            end();
            connection.close(); // last: what still writes to it, which is a thread of docker-java's, has ended by now
        }
    }

    private void pass(InputStream body, long length, Consumer<byte[]> sink) throws IOException {
        byte[] buffer = new byte[MOST_BYTES];
        long missing = length;
        while (missing > 0) {
            int read = body.read(buffer, 0, (int) Math.min(buffer.length, missing));
            if (read < 0) {
                if (length != Long.MAX_VALUE) {
                    throw new EOFException("the engine broke off within a frame");
                }
                return;
            }
            if (!left) {
                sink.accept(Arrays.copyOf(buffer, read));
            }
            missing -= read;
        }
    }

    /** Output ends a moment before the engine says that the process has. */
    private void end() {
        try {
            for (int i = 0; i < MOST_LOOKS; i++) {
                InspectContainerResponse.ContainerState state = look().getState();
                if (!Boolean.TRUE.equals(state.getRunning())) {
                    exit.complete(
                            Objects.requireNonNull(state.getExitCodeLong()).intValue());
                    return;
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
            exit.completeExceptionally(
                    new EngineException.Failed("the connection to it broke off, and the container runs on", null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exit.completeExceptionally(e);
        } catch (RuntimeException e) {
            exit.completeExceptionally(e);
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        if (!hears) {
            throw new NotHeard("its input is closed: a workload with stdin reads what is typed");
        }
        input.type(bytes);
    }

    @Override
    public void resize(int columns, int rows) {
        if (!tty || over.isDone()) {
            return;
        }
        try {
            calls.call(
                    "resize",
                    QUICK,
                    client -> client.resizeContainerCmd(name)
                            .withSize(rows, columns)
                            .exec());
        } catch (EngineException e) {
            LOG.debug("a terminal was not resized", e);
        }
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    @Override
    public void close() {
        input.close(); // what was typed still goes there; then the engine lets go of it, unless it never listened
        Duration atMost = hears ? LEAVING : BETWEEN_LOOKS;
        left = true;
        Thread.ofVirtual().name("attached-close").start(() -> {
            try {
                over.copy().orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS).join();
            } catch (RuntimeException e) {
                LOG.debug("a process did not read the last of its input in time", e);
            }
            connection.close();
        });
    }
}

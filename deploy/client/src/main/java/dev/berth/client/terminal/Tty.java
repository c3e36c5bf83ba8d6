package dev.berth.client.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The terminal of this process in raw mode, by stty; as it was before when it is closed, and when the process ends. Thread-safe. */
final class Tty implements AutoCloseable {
    /** Columns and rows. */
    record Size(int columns, int rows) {
        /** What a terminal has that says nothing. */
        static final Size USUAL = new Size(80, 24);
    }

    private final String before;
    private final AtomicBoolean restored = new AtomicBoolean();
    private final Thread hook;

    private Tty(String before) {
        this.before = before;
        this.hook = new Thread(this::restore, "terminal-restore");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Takes the terminal. */
    static Tty raw() {
        Tty tty = new Tty(stty("-g"));
        stty("raw", "-echo");
        return tty;
    }

    /** How large it is. */
    static Size size() {
        try {
            String[] size = stty("size").split(" ");
            return new Size(within(size[1]), within(size[0]));
        } catch (UncheckedIOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Size.USUAL;
        }
    }

    private static int within(String cells) {
        return Math.clamp(Integer.parseInt(cells), 1, 1000);
    }

    /**
     * Calls when the size changes (SIGWINCH). The JDK's signals have no other door than {@code sun.misc}, which is asked for by name;
     * where it is shut, the size stays what it was.
     */
    static void onResize(Runnable changed) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = MethodHandles.publicLookup()
                    .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(changed);
            Object proxy =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("WINCH"), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            System.getLogger("berth").log(System.Logger.Level.DEBUG, "no signal tells of the terminal's size", e);
        }
    }

    private void restore() {
        if (restored.compareAndSet(false, true)) {
            stty(before);
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already; the hook has nothing left to do.
        }
    }

    private static String stty(String... arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new UncheckedIOException(new IOException("stty cannot read or set this terminal"));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }
}

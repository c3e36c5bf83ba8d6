package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** One measurement. */
interface Bench {
    /**
     * Where and how it runs.
     *
     * @param checkout the built checkout
     * @param folder an empty folder of its own
     * @param port the first of eight free ports
     * @param scale 1 for the real thing; less for a quick look
     * @param progress told what goes on, a line at a time
     */
    record Ground(Path checkout, Path folder, int port, double scale, Consumer<String> progress) {}

    /** Its name on the command line. */
    String name();

    /** Measures; the figures in the order in which they are read. */
    List<Figure> run(Ground ground) throws Exception;
}

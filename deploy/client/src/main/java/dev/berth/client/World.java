package dev.berth.client;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What is around the program.
 *
 * @param terminalIn whether a person types
 * @param terminalOut whether a person reads
 */
record World(
        Map<String, String> environment,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminalIn,
        boolean terminalOut) {
    private static final int BUFFER = 16 * 1024;

    /** That of this process. The script says what is a terminal; without it, the console is asked, which knows only of both. */
    static World ofProcess() {
        String told = System.getProperty("berth.terminal");
        boolean console = told == null
                && Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent();
        return new World(
                System.getenv(),
                new FileInputStream(FileDescriptor.in),
                print(new FileOutputStream(FileDescriptor.out)),
                print(new FileOutputStream(FileDescriptor.err)),
                told == null ? console : told.contains("i"),
                told == null ? console : told.contains("o"));
    }

    private static PrintStream print(FileOutputStream to) {
        return new PrintStream(new java.io.BufferedOutputStream(to, BUFFER), false, StandardCharsets.UTF_8);
    }

    void flush() {
        out.flush();
        err.flush();
    }
}

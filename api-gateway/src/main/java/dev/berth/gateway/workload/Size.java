package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Sizes by name; free ones are given in numbers. */
public enum Size {
    XS(250, 256),
    S(500, 512),
    M(1000, 1024),
    L(2000, 2048),
    XL(4000, 4096);

    private final int cpuMillis;
    private final int memoryMib;

    Size(int cpuMillis, int memoryMib) {
        this.cpuMillis = cpuMillis;
        this.memoryMib = memoryMib;
    }

    /** In thousandths of a core. */
    public int cpuMillis() {
        return cpuMillis;
    }

    /** In MiB. */
    public int memoryMib() {
        return memoryMib;
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Size> named(String text) {
        return Arrays.stream(values()).filter(size -> size.text().equals(text)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(Size::text).collect(Collectors.joining(", "));
    }
}

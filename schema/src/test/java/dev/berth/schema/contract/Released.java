package dev.berth.schema.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The lock on contract files that are in the world: {@code released.sha256}, in the format of sha256sum. */
final class Released {
    static final Path CONTRACTS = Path.of("src/main/resources/contracts");
    static final Path LOCK = CONTRACTS.resolve("released.sha256");

    private Released() {}

    /** What of the released is no longer as it was, each as a sentence. Pure. */
    static List<String> violations(Map<String, String> released, Map<String, String> now) {
        List<String> violations = new ArrayList<>();
        released.forEach((file, hash) -> {
            String current = now.get(file);
            if (current == null) {
                violations.add(
                        "%s is released and gone: events of it are in logs and outboxes; keep it".formatted(file));
            } else if (!current.equals(hash)) {
                violations.add(
                        "%s is released and has changed: undo that, and make a v2 record with its own contract and sample"
                                .formatted(file));
            }
        });
        return violations;
    }

    /** The hashes of the files as they are, by path below {@link #CONTRACTS}. */
    static Map<String, String> now() {
        try (Stream<Path> files = Files.walk(CONTRACTS)) {
            Map<String, String> hashes = new TreeMap<>();
            for (Path file : files.filter(it -> it.toString().endsWith(".json")).toList()) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                hashes.put(
                        CONTRACTS.relativize(file).toString().replace('\\', '/'),
                        HexFormat.of().formatHex(digest));
            }
            return hashes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, String> locked() {
        try {
            Map<String, String> locked = new TreeMap<>();
            for (String line : Files.readAllLines(LOCK, StandardCharsets.UTF_8)) {
                locked.put(line.substring(66), line.substring(0, 64));
            }
            return locked;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds what is not locked yet; never changes what is. */
    static void lockAll() {
        Map<String, String> all = now();
        if (Files.exists(LOCK)) {
            all.putAll(locked());
        }
        StringBuilder lines = new StringBuilder();
        all.forEach((file, hash) -> lines.append(hash).append("  ").append(file).append('\n'));
        try {
            Files.writeString(LOCK, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

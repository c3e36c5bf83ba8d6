package dev.berth.gateway.edge;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Secrets by their names, and every form in which one could stand in clear somewhere: as it is, backwards, in base 16, in base 64 at any of
 * its three places, in a URL, and each of those as the hexadecimal digits with which PostgreSQL prints bytes. Not thread-safe.
 */
final class Needles {
    private static final HexFormat HEX = HexFormat.of();
    private static final int TRIPLE = 3;
    private static final int LEAST = 10;

    private final Map<String, Set<String>> forms = new LinkedHashMap<>();

    /** Looks for one more. */
    void add(String name, String secret) {
        if (secret.length() < LEAST) {
            throw new IllegalArgumentException("%s is too short to be told from chance: '%s'".formatted(name, secret));
        }
        put(name, of(secret));
    }

    /** Looks for one more that is no text. */
    void add(String name, byte[] secret) {
        Set<String> all = new TreeSet<>(encoded(secret));
        encoded(secret).forEach(form -> all.add(HEX.formatHex(form.getBytes(StandardCharsets.UTF_8))));
        put(name, all);
    }

    private void put(String name, Set<String> more) {
        forms.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(more);
    }

    /** How many there are. */
    int size() {
        return forms.size();
    }

    /** The names of those that stand in a text. */
    List<String> in(String text) {
        List<String> found = new ArrayList<>();
        forms.forEach((name, all) -> {
            if (all.stream().anyMatch(text::contains)) {
                found.add(name);
            }
        });
        return found;
    }

    private static Set<String> of(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        Set<String> plain = new TreeSet<>(List.of(
                secret,
                new StringBuilder(secret).reverse().toString(),
                URLEncoder.encode(secret, StandardCharsets.UTF_8)));
        plain.addAll(encoded(bytes));
        Set<String> all = new TreeSet<>(plain);
        plain.forEach(form -> all.add(HEX.formatHex(form.getBytes(StandardCharsets.UTF_8))));
        return all;
    }

    private static Set<String> encoded(byte[] bytes) {
        Set<String> all =
                new TreeSet<>(List.of(HEX.formatHex(bytes), HEX.withUpperCase().formatHex(bytes)));
        for (int before = 0; before < TRIPLE; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String standard = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            String url = Base64.getUrlEncoder().withoutPadding().encodeToString(shifted);
            // The first characters have bits of what stands before it, the last of what comes behind.
            int from = (before * Byte.SIZE + 5) / 6;
            int to = shifted.length * Byte.SIZE / 6;
            all.add(standard.substring(from, to));
            all.add(url.substring(from, to));
        }
        return all;
    }
}

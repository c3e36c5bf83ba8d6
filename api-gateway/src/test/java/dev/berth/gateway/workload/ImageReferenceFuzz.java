package dev.berth.gateway.workload;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.util.Optional;
import java.util.Set;

/** Names of images: one that is taken has Docker's form, and names no registry that is not on the internet. */
final class ImageReferenceFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 80_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.text(input);
        Optional<String> wrong = ImageReference.check(text, Set.of());
        must(wrong.filter(String::isBlank).isEmpty(), "'%s' is refused without a word", text);
        if (wrong.isEmpty()) {
            must(text.length() <= ImageReference.MAX_LENGTH, "'%s' is too long", text);
            must(text.chars().allMatch(c -> c > ' ' && c < 0x7f), "'%s' has other characters", text);
            int slash = text.indexOf('/');
            String first = slash < 0 ? "" : text.substring(0, slash);
            must(!first.equals("localhost") && !first.startsWith("localhost:"), "'%s' is local", text);
            must(!first.startsWith("["), "'%s' is at an address of IPv6", text);
            must(
                    !first.matches("(127|10|192\\.168|169\\.254)\\.[0-9.]+(:[0-9]+)?"),
                    "'%s' is in an internal network",
                    text);
            must(
                    !first.contains(":") || Integer.parseInt(first.substring(first.lastIndexOf(':') + 1)) <= 65_535,
                    "'%s' has no port of TCP",
                    text);
        }
    }
}

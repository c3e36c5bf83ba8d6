package dev.berth.gateway.portal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the description of the API says of routes that do not say it themselves; from {@code portal/api-words.txt}. */
final class ApiWords {
    /** The groups of the description in their order, and what each is about. */
    static final Map<String, String> GROUPS = new LinkedHashMap<>();

    static {
        GROUPS.put("Account", "The account, its people's sessions, and its quota.");
        GROUPS.put("API keys", "Keys for programs. Each carries scopes.");
        GROUPS.put("Members", "Who is in the account, as what, and who is invited.");
        GROUPS.put("Prices", "What use costs, and what plans and sizes there are. Needs no key.");
        GROUPS.put("Workloads", "What you want to run: services and jobs.");
        GROUPS.put("Stacks", "Workloads that one Compose file made.");
        GROUPS.put("Volumes", "Data that outlive containers, their snapshots and copies.");
        GROUPS.put("Secrets", "Values that only containers open.");
        GROUPS.put("Operations", "Every change that somebody asked for, until it is through.");
        GROUPS.put("Registries", "What private registries are shown when images are fetched from them.");
        GROUPS.put("Containers", "What runs, as Docker sees it, and what it writes.");
        GROUPS.put("Events", "Everything that happened to the account, and who caused it.");
        GROUPS.put("Webhooks", "Events, posted to a server of yours as they happen, signed.");
        GROUPS.put("Audit log", "Who did what from where, and what became of it.");
        GROUPS.put("Usage", "What was used, to the millisecond, and what it costs.");
        GROUPS.put("Invoices", "What is owed, each line down to the start and stop of a container.");
        GROUPS.put("Payment methods", "How invoices are paid by themselves.");
        GROUPS.put("Operator", "For the owner of the machines, with the operator's key.");
    }

    private static final Map<String, Words> BY_ROUTE = read();

    /** What is said of a route. */
    record Words(String group, String summary, String description) {}

    private ApiWords() {}

    static Optional<Words> of(String method, String path) {
        return Optional.ofNullable(BY_ROUTE.get(method + " " + path));
    }

    private static Map<String, Words> read() {
        try (InputStream text = ApiWords.class.getResourceAsStream("/portal/api-words.txt")) {
            if (text == null) {
                throw new IllegalStateException("portal/api-words.txt is missing from the jar");
            }
            Map<String, Words> words = new LinkedHashMap<>();
            new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> List.of(line.split(" \\| ", 4)))
                    .forEach(parts -> words.put(parts.get(0), new Words(parts.get(1), parts.get(2), parts.get(3))));
            return words;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Sha256;
import dev.berth.gateway.stack.StackRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * What was typed to make a stack or to change one, as it was typed.
 *
 * @param files the content of each {@code env_file}, by the path that the file names
 * @param leaveOut places of the file that are not wanted
 * @param checked the digest of the form that was looked at last; empty for none
 */
record StackForm(
        String name,
        String compose,
        String variables,
        String images,
        String sizes,
        String profiles,
        Map<String, String> files,
        List<String> leaveOut,
        boolean partial,
        String checked) {
    static final StackForm BLANK = new StackForm("", "", "", "", "", "", Map.of(), List.of(), false, "");

    StackForm {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        leaveOut = List.copyOf(leaveOut);
    }

    static StackForm of(MultiValueMap<String, String> sent) {
        return new StackForm(
                text(sent, "name").strip(),
                text(sent, "compose"),
                text(sent, "variables"),
                text(sent, "images"),
                text(sent, "sizes"),
                text(sent, "profiles"),
                files(sent),
                Objects.requireNonNullElse(sent.get("leave_out"), List.of()),
                sent.containsKey("partial"),
                text(sent, "checked"));
    }

    /** With the text of a file. */
    StackForm with(String file) {
        return new StackForm(name, file, variables, images, sizes, profiles, files, leaveOut, partial, checked);
    }

    /** The rows that have a path. */
    private static Map<String, String> files(MultiValueMap<String, String> sent) {
        List<String> paths = Objects.requireNonNullElse(sent.get("files.path"), List.of());
        List<String> contents = Objects.requireNonNullElse(sent.get("files.content"), List.of());
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(paths.size(), contents.size()); i++) {
            if (!paths.get(i).isBlank()) {
                files.put(paths.get(i).strip(), Lines.sent(contents.get(i)));
            }
        }
        return files;
    }

    /** The rows for a page: those that hold something and one more. */
    public List<WorkloadForm.Row> rows() {
        List<WorkloadForm.Row> rows = new ArrayList<>();
        files.forEach((path, content) -> rows.add(new WorkloadForm.Row(Map.of("path", path, "content", content))));
        rows.add(new WorkloadForm.Row(Map.of()));
        return rows;
    }

    private static String text(MultiValueMap<String, String> sent, String name) {
        String value = sent.getFirst(name);
        return value == null ? "" : Lines.sent(value);
    }

    /** Whether the part of the form that is folded away holds anything. */
    public boolean more() {
        return !variables.isBlank()
                || !images.isBlank()
                || !sizes.isBlank()
                || !profiles.isBlank()
                || !files.isEmpty()
                || partial;
    }

    /** What tells one form from another: what its owner was shown is of this text and no other. */
    public String digest() {
        String all = String.join(
                "\0",
                name,
                compose,
                variables,
                images,
                sizes,
                profiles,
                files.toString(),
                String.join("\n", leaveOut),
                String.valueOf(partial));
        return HexFormat.of().formatHex(Sha256.of(all), 0, 16);
    }

    /** Whether its owner saw what is to be said of exactly this. */
    boolean seen() {
        return checked.equals(digest());
    }

    /**
     * What it asks for.
     *
     * @param named the name in the request; null when a stack is changed, whose name stays
     * @throws Refusal 422 for what is no NAME=value
     */
    StackRequest request(@Nullable String named) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, @Nullable String> given = nullable(Lines.map("variables", variables, errors));
        Map<String, @Nullable String> builds = nullable(Lines.map("images", images, errors));
        Map<String, @Nullable String> large = nullable(Lines.map("sizes", sizes, errors));
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return new StackRequest(
                named,
                compose,
                given,
                builds,
                large,
                nullable(files),
                nullable(Arrays.stream(profiles.split("[,\\s]+"))
                        .filter(one -> !one.isEmpty())
                        .toList()),
                nullable(leaveOut),
                partial);
    }

    private static Map<String, @Nullable String> nullable(Map<String, String> map) {
        return new LinkedHashMap<>(map);
    }

    private static List<@Nullable String> nullable(List<String> list) {
        return new ArrayList<>(list);
    }
}

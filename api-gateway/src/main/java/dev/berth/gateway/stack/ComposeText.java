package dev.berth.gateway.stack;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import java.io.StringReader;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The text of a Compose file as a tree, with where each place stands in it. Scalars are read by the core schema of YAML 1.2, as
 * Compose does: {@code 25:25} is a text and no number to the base of 60, and {@code yes} is a text and no truth value.
 *
 * @param root the tree: maps, lists, texts, numbers, truth values and null
 * @param lines the line, from 1, of each path that is not too deep
 */
record ComposeText(Map<?, ?> root, Map<String, Integer> lines) {
    static final int MOST_CHARS = 262_144;
    private static final int MOST_DEPTH = 32;
    private static final int MOST_ALIASES = 50;
    private static final int LINES_DEPTH = 6;
    private static final int MOST_LINES = 20_000;
    private static final Resolver SCHEMA = new CoreSchema();

    /** Only what YAML 1.2's core schema has. */
    private static final class CoreSchema extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("true|True|TRUE|false|False|FALSE"), "tTfF");
            addImplicitResolver(Tag.INT, Pattern.compile("[-+]?(?:0|[1-9][0-9]{0,17})"), "-+0123456789");
            addImplicitResolver(
                    Tag.FLOAT,
                    Pattern.compile("[-+]?(?:[0-9]+\\.[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?"),
                    "-+.0123456789");
            addImplicitResolver(Tag.NULL, Pattern.compile("~|null|Null|NULL|"), "~nN\0");
            addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
            addImplicitResolver(Tag.MERGE, Pattern.compile("<<"), "<");
        }
    }

    /**
     * Reads a text.
     *
     * @throws Refusal 422 {@code invalid} with the line, if it is no YAML or no map
     */
    static ComposeText read(String text) {
        if (text.length() > MOST_CHARS) {
            throw wrong(null, "has %d characters; the most are %d".formatted(text.length(), MOST_CHARS));
        }
        try {
            Node node = yaml().compose(new StringReader(text));
            if (!(node instanceof MappingNode)) {
                throw wrong(1, "is no map of keys such as 'services:'");
            }
            plain(node, Collections.newSetFromMap(new IdentityHashMap<>()));
            Map<String, Integer> lines = new HashMap<>();
            index(node, "", lines, 0);
            Object root = yaml().load(text);
            return new ComposeText((Map<?, ?>) root, Map.copyOf(lines));
        } catch (MarkedYAMLException e) {
            Integer line =
                    e.getProblemMark() == null ? null : e.getProblemMark().getLine() + 1;
            throw wrong(line, "is no YAML: " + printable(String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            throw wrong(null, "is no YAML that can be read: " + printable(String.valueOf(e.getMessage())));
        }
    }

    /** A reader and writer with all limits; not thread-safe, so one for each use. */
    static Yaml yaml() {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(MOST_CHARS);
        limits.setNestingDepthLimit(MOST_DEPTH);
        limits.setMaxAliasesForCollections(MOST_ALIASES);
        limits.setAllowDuplicateKeys(false);
        limits.setAllowRecursiveKeys(false);
        DumperOptions form = new DumperOptions();
        form.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        form.setIndicatorIndent(2);
        form.setIndentWithIndicator(true);
        form.setSplitLines(false);
        return new Yaml(new SafeConstructor(limits), new Representer(form), form, limits, new CoreSchema());
    }

    /** Refuses what is marked as another type than it is, such as {@code !!int x}, and types that a Compose file does not have. */
    private static void plain(Node node, Set<Node> seen) {
        if (!seen.add(node)) {
            return;
        }
        Tag tag = node.getTag();
        boolean fits = switch (node) {
            case ScalarNode scalar ->
                tag.equals(Tag.STR) || tag.equals(SCHEMA.resolve(NodeId.scalar, scalar.getValue(), true));
            case SequenceNode _ -> tag.equals(Tag.SEQ);
            default -> tag.equals(Tag.MAP);
        };
        if (!fits) {
            throw wrong(
                    node.getStartMark().getLine() + 1,
                    "has the tag '%s', which is not understood".formatted(printable(tag.toString())));
        }
        if (node instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                plain(tuple.getKeyNode(), seen);
                plain(tuple.getValueNode(), seen);
            }
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> plain(item, seen));
        }
    }

    private static void index(Node node, String path, Map<String, Integer> lines, int depth) {
        if (depth > LINES_DEPTH || lines.size() >= MOST_LINES) {
            return;
        }
        if (node instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    String place = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                    lines.putIfAbsent(place, key.getStartMark().getLine() + 1);
                    index(tuple.getValueNode(), place, lines, depth + 1);
                }
            }
        } else if (node instanceof SequenceNode list) {
            for (int i = 0; i < list.getValue().size() && lines.size() < MOST_LINES; i++) {
                Node item = list.getValue().get(i);
                lines.putIfAbsent(path + "[" + i + "]", item.getStartMark().getLine() + 1);
                index(item, path + "[" + i + "]", lines, depth + 1);
            }
        }
    }

    private static Refusal wrong(@Nullable Integer line, String message) {
        String where = line == null ? "" : " (line %d)".formatted(line);
        return Refusal.of(ErrorCode.INVALID, "The Compose file%s %s.".formatted(where, message))
                .field("compose", message + where)
                .hint("Send the text of one Compose file, as https://compose-spec.io describes it.");
    }

    private static String printable(String words) {
        String clean = words.replaceAll("\\p{Cntrl}+", " ");
        return clean.length() > 200 ? clean.substring(0, 200) + "…" : clean;
    }
}

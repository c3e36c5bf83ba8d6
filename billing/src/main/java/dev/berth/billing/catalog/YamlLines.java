package dev.berth.billing.catalog;

import java.io.StringReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Where the fields of a YAML text stand. */
final class YamlLines {
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[([0-9]+)]");

    private YamlLines() {}

    /**
     * The line of a field, or of what it is missing in.
     *
     * @param path such as {@code price_book.components[1].unit_price}, the first name being the text itself
     * @return counts from 1
     */
    static int of(String text, String path, LoaderOptions options) {
        Node node = new Yaml(options).compose(new StringReader(text));
        if (node == null) {
            return 1;
        }
        int line = node.getStartMark().getLine();
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            String index = step.group(2);
            Node value = null;
            if (index == null && node instanceof MappingNode map) {
                NodeTuple field = field(map, step.group(1));
                line = field == null ? line : field.getKeyNode().getStartMark().getLine();
                value = field == null ? null : field.getValueNode();
            } else if (index != null && node instanceof SequenceNode list) {
                value = item(list.getValue(), Integer.parseInt(index));
                line = value == null ? line : value.getStartMark().getLine();
            }
            if (value == null) {
                break;
            }
            node = value;
        }
        return line + 1;
    }

    private static @Nullable Node item(List<Node> items, int index) {
        return index < items.size() ? items.get(index) : null;
    }

    private static @Nullable NodeTuple field(MappingNode map, String name) {
        for (NodeTuple tuple : map.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)) {
                return tuple;
            }
        }
        return null;
    }
}

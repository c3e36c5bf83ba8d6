package dev.berth.billing.catalog;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Reads and writes the format of a price book: YAML for people, the same tree as JSON in the API. Numbers are strings, since a
 * YAML or JSON number would pass through binary floating point. A field that the format does not have is refused, so that a
 * misspelt one cannot give something away. Thread-safe.
 */
public final class PriceBookFormat {
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_SHOWN = 200;

    private PriceBookFormat() {}

    /**
     * Reads YAML.
     *
     * @throws InvalidPriceBook if it is not a price book, with the line that breaks a rule
     */
    public static PriceBook readYaml(String text, int version) {
        return YamlText.read(text, version);
    }

    /** Writes YAML, which {@link #readYaml} reads as the same book. */
    public static String writeYaml(PriceBook book) {
        return YamlText.write(write(book));
    }

    /**
     * Reads the tree of maps, lists and strings that YAML and JSON share.
     *
     * @throws InvalidPriceBook if it is not a price book
     */
    public static PriceBook read(@Nullable Object tree, int version) {
        Node book = new Node("price_book", tree);
        book.only("name", "currency", "version", "effective_from", "components", "fixed", "minimum_per_month");
        try {
            return new PriceBook(
                    book.id("name"),
                    book.text("currency"),
                    version,
                    book.instant("effective_from"),
                    book.list("components", PriceBookFormat::component),
                    book.list("fixed", PriceBookFormat::fee),
                    book.optional("minimum_per_month"));
        } catch (InvalidPriceBook e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidPriceBook("price_book", cut(String.valueOf(e.getMessage())));
        }
    }

    /** The tree of a book, in the order of the format. */
    public static Map<String, Object> write(PriceBook book) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", book.name());
        tree.put("version", book.version());
        tree.put("currency", book.currency());
        tree.put("effective_from", book.effectiveFrom().toString());
        tree.put("components", components(book));
        if (!book.fixed().isEmpty()) {
            tree.put("fixed", book.fixed().stream().map(PriceBookFormat::write).toList());
        }
        put(tree, "minimum_per_month", book.minimumPerMonth());
        return tree;
    }

    /** The components of a book as in the format. */
    public static List<Map<String, Object>> components(PriceBook book) {
        return book.components().stream().map(PriceBookFormat::write).toList();
    }

    /** A decimal as prices are shown: all its digits, no exponent, no trailing zeros. */
    public static String text(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static Map<String, Object> write(Component component) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", component.id());
        switch (component.model()) {
            case PriceModel.PerUnit(BigDecimal unitPrice) -> {
                tree.put("model", "per_unit");
                tree.put("unit_price", text(unitPrice));
            }
            case PriceModel.Graduated(List<Tier> tiers) -> {
                tree.put("model", "graduated");
                tree.put("tiers", tiers.stream().map(PriceBookFormat::write).toList());
            }
            case PriceModel.Volume(List<Tier> tiers) -> {
                tree.put("model", "volume");
                tree.put("tiers", tiers.stream().map(PriceBookFormat::write).toList());
            }
            case PriceModel.Packaged(BigDecimal packageSize, BigDecimal packagePrice) -> {
                tree.put("model", "package");
                tree.put("package_size", text(packageSize));
                tree.put("package_price", text(packagePrice));
            }
        }
        tree.put("free_per_month", text(component.freePerMonth()));
        put(tree, "minimum", component.minimum());
        put(tree, "maximum", component.maximum());
        taxGroup(tree, component.taxGroup());
        return tree;
    }

    private static Map<String, Object> write(FixedFee fee) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", fee.id());
        tree.put("per_month", text(fee.perMonth()));
        taxGroup(tree, fee.taxGroup());
        return tree;
    }

    /** Only where it says something, so that a book without is as it was. */
    private static void taxGroup(Map<String, Object> tree, String group) {
        if (!group.equals(PriceBook.STANDARD_TAX)) {
            tree.put("tax_group", group);
        }
    }

    private static Map<String, Object> write(Tier tier) {
        Map<String, Object> tree = new LinkedHashMap<>();
        put(tree, "up_to", tier.upTo());
        tree.put("unit_price", text(tier.unitPrice()));
        tree.put("flat", text(tier.flat()));
        return tree;
    }

    /** A value as a message may show it; a list or a map of YAML may be in itself. */
    private static String shown(@Nullable Object value) {
        return value instanceof Iterable || value instanceof Map || value instanceof Object[]
                ? "a list or a map"
                : cut(String.valueOf(value));
    }

    private static String cut(String text) {
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }

    private static void put(Map<String, Object> tree, String key, @Nullable BigDecimal value) {
        if (value != null) {
            tree.put(key, text(value));
        }
    }

    private static Component component(String path, Object tree) {
        Node node = new Node(path, tree);
        String kind = node.text("model");
        Set<String> common = Set.of("id", "model", "free_per_month", "minimum", "maximum", "tax_group");
        PriceModel model = switch (kind) {
            case "per_unit" -> {
                node.only(common, "unit_price");
                yield new PriceModel.PerUnit(node.decimal("unit_price"));
            }
            case "graduated" -> {
                node.only(common, "tiers");
                yield new PriceModel.Graduated(node.list("tiers", PriceBookFormat::tier));
            }
            case "volume" -> {
                node.only(common, "tiers");
                yield new PriceModel.Volume(node.list("tiers", PriceBookFormat::tier));
            }
            case "package" -> {
                node.only(common, "package_size", "package_price");
                yield new PriceModel.Packaged(node.decimal("package_size"), node.decimal("package_price"));
            }
            default ->
                throw new InvalidPriceBook(
                        path + ".model", "per_unit, graduated, volume or package, not '%s'".formatted(kind));
        };
        BigDecimal free = node.optional("free_per_month");
        return new Component(
                node.id("id"),
                model,
                free == null ? BigDecimal.ZERO : free,
                node.optional("minimum"),
                node.optional("maximum"),
                node.taxGroup());
    }

    private static Tier tier(String path, Object tree) {
        Node node = new Node(path, tree);
        node.only("up_to", "unit_price", "flat");
        BigDecimal flat = node.optional("flat");
        return new Tier(node.optional("up_to"), node.decimal("unit_price"), flat == null ? BigDecimal.ZERO : flat);
    }

    private static FixedFee fee(String path, Object tree) {
        Node node = new Node(path, tree);
        node.only("id", "per_month", "tax_group");
        return new FixedFee(node.id("id"), node.decimal("per_month"), node.taxGroup());
    }

    /** Apart, so that who reads only trees needs no YAML. */
    private static final class YamlText {
        static PriceBook read(String text, int version) {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(MAX_BYTES);
            options.setAllowDuplicateKeys(false);
            Object tree;
            try {
                tree = new Yaml(new SafeConstructor(options)).load(text);
            } catch (org.yaml.snakeyaml.error.YAMLException e) {
                throw new InvalidPriceBook("price_book", cut(String.valueOf(e.getMessage())));
            } catch (RuntimeException e) {
                // The library throws what it meets at a value that is marked as another type, such as !!int x or a day
                // that
                // there is not.
                throw new InvalidPriceBook("price_book", "has a value that is not of the type it is marked with");
            }
            try {
                return PriceBookFormat.read(tree, version);
            } catch (InvalidPriceBook e) {
                throw e.onLine(YamlLines.of(text, e.path(), options));
            }
        }

        static String write(Map<String, Object> tree) {
            DumperOptions options = new DumperOptions();
            options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
            options.setIndicatorIndent(2);
            options.setIndentWithIndicator(true);
            return new Yaml(options).dump(tree);
        }
    }

    /** A map of the tree, and where it stands. */
    private static final class Node {
        private final String path;
        private final Map<?, ?> fields;

        Node(String path, @Nullable Object tree) {
            if (!(tree instanceof Map<?, ?> map)) {
                throw new InvalidPriceBook(path, "must be a mapping");
            }
            this.path = path;
            this.fields = map;
        }

        void only(String... allowed) {
            only(Set.of(), allowed);
        }

        void only(Set<String> common, String... allowed) {
            Set<String> also = Set.of(allowed);
            for (Object key : fields.keySet()) {
                if (!(key instanceof String name) || !(common.contains(name) || also.contains(name))) {
                    throw new InvalidPriceBook(path + "." + shown(key), "is no field here");
                }
            }
        }

        String text(String field) {
            if (fields.get(field) instanceof String text && !text.isEmpty() && text.length() <= 200) {
                return text;
            }
            throw new InvalidPriceBook(path + "." + field, "a text is needed");
        }

        String id(String field) {
            String text = text(field);
            if (!ID.matcher(text).matches()) {
                throw new InvalidPriceBook(
                        path + "." + field, "lower-case letters, digits and _, not '%s'".formatted(text));
            }
            return text;
        }

        String taxGroup() {
            return fields.get("tax_group") == null ? PriceBook.STANDARD_TAX : id("tax_group");
        }

        BigDecimal decimal(String field) {
            BigDecimal value = optional(field);
            if (value == null) {
                throw new InvalidPriceBook(path + "." + field, "is missing");
            }
            return value;
        }

        @Nullable
        BigDecimal optional(String field) {
            Object value = fields.get(field);
            if (value == null) {
                return null;
            }
            if (!(value instanceof String text) || !DECIMAL.matcher(text).matches()) {
                throw new InvalidPriceBook(
                        path + "." + field,
                        "a decimal number in quotes such as \"0.0000125\", not %s".formatted(shown(value)));
            }
            return new BigDecimal(text);
        }

        Instant instant(String field) {
            Object value = fields.get(field);
            if (value instanceof Date date) {
                return date.toInstant();
            }
            try {
                return Instant.parse(String.valueOf(value));
            } catch (DateTimeParseException e) {
                throw new InvalidPriceBook(path + "." + field, "an instant such as 2026-01-01T00:00:00Z is needed");
            }
        }

        <T> List<T> list(String field, BiFunction<String, Object, T> reader) {
            Object value = fields.get(field);
            if (value == null) {
                return List.of();
            }
            if (!(value instanceof List<?> items) || items.size() > PriceBook.MAX_COMPONENTS) {
                throw new InvalidPriceBook(
                        path + "." + field, "a list of at most %d is needed".formatted(PriceBook.MAX_COMPONENTS));
            }
            List<T> read = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                String at = "%s.%s[%d]".formatted(path, field, i);
                try {
                    read.add(reader.apply(at, items.get(i)));
                } catch (InvalidPriceBook e) {
                    throw e;
                } catch (IllegalArgumentException e) {
                    throw new InvalidPriceBook(at, cut(String.valueOf(e.getMessage())));
                }
            }
            return read;
        }
    }
}

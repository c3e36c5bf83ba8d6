package dev.berth.billing.invoice;

import dev.berth.billing.invoice.EvidenceRow.Disagreement;
import dev.berth.billing.proof.Canonical;
import dev.berth.billing.proof.Fields;
import dev.berth.billing.proof.HashChain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document made again, beside the one that was signed.
 *
 * @param first the first row of the signed document
 * @param lines its lines
 * @param remade the rows as they came out, without hashes
 */
record Remade(EvidenceRow first, List<EvidenceRow> lines, List<ObjectNode> remade) {

    /**
     * Puts it together.
     *
     * @throws Disagreement if a line too few or too many came out
     * @throws Fields.Wrong if a field of the first row is not what the format says
     */
    static Remade of(EvidenceRow first, List<EvidenceRow> lines, Recomputation recomputation) throws Disagreement {
        Gathering.Result result = recomputation.result();
        List<DraftLine> made = result.lines();
        if (lines.size() > made.size()) {
            EvidenceRow extra = lines.get(made.size());
            throw extra.disagrees(
                    "row", "no such line", EvidenceCheck.read(extra).kind().text(), "a line too many was billed");
        }
        if (lines.size() < made.size()) {
            throw first.disagrees(
                    "lines",
                    "a line '%s'".formatted(made.get(lines.size()).description()),
                    "none",
                    "a line is missing");
        }
        return new Remade(first, lines, rows(first.json(), result, recomputation.taxed(made)));
    }

    /**
     * Compares.
     *
     * @return the hash of the document that came out
     * @throws Disagreement at the first field that differs
     */
    String compare() throws Disagreement {
        for (int i = 0; i < lines.size(); i++) {
            compare(lines.get(i), remade.get(i + 1));
        }
        compare(first, remade.getFirst());
        String hash = HashChain.DOCUMENT;
        for (ObjectNode row : remade) {
            hash = HashChain.link(hash, row);
        }
        return hash;
    }

    private static void compare(EvidenceRow row, ObjectNode expected) throws Disagreement {
        Collection<String> names = new TreeSet<>(expected.propertyNames());
        names.addAll(row.json().propertyNames());
        names.remove(HashChain.HASH);
        for (String name : names) {
            String made = shown(expected, name);
            String found = shown(row.json(), name);
            if (!made.equals(found)) {
                throw row.disagrees(name, made, found, "it comes out otherwise");
            }
        }
    }

    private static String shown(ObjectNode row, String field) {
        JsonNode value = row.path(field);
        return value.isMissingNode() ? "nothing" : Canonical.text(value);
    }

    private static List<ObjectNode> rows(ObjectNode first, Gathering.Result result, TaxedLines taxed) {
        List<ObjectNode> rows = new ArrayList<>(result.lines().size() + 1);
        ObjectNode head = first.deepCopy();
        rows.add(head);
        for (DraftLine line : result.lines()) {
            int ordinal = rows.size() - 1;
            rows.add(DocumentLine.write(
                    Fields.text(first, "invoice"), ordinal, line, taxed.lines().get(ordinal)));
        }
        head.put("subtotal_minor", result.subtotalMinor());
        head.put("tax_minor", taxed.taxMinor());
        head.put("total_minor", Math.addExact(result.subtotalMinor(), taxed.taxMinor()));
        head.put("discount_minor", taxed.discountMinor());
        head.set("taxes", JsonMapper.shared().valueToTree(taxed.rows()));
        head.put("lines", result.lines().size());
        head.set("components", JsonMapper.shared().valueToTree(result.components()));
        return rows;
    }
}

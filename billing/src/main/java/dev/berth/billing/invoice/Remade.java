package dev.berth.billing.invoice;

import dev.berth.billing.invoice.EvidenceRow.Disagreement;
import dev.berth.billing.proof.Canonical;
import dev.berth.billing.proof.Fields;
import dev.berth.billing.proof.HashChain;
import dev.berth.billing.rating.Tax;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document made again, beside the one that was signed. Lines of kinds that are not made of use, prices and time stand in it as they
 * were signed: that they add up is checked, not where they come from.
 *
 * @param first the first row of the signed document
 * @param lines its lines
 * @param remade the rows as they came out, without hashes
 * @param asSigned the kinds of lines that were taken as they were signed
 */
record Remade(EvidenceRow first, List<EvidenceRow> lines, List<ObjectNode> remade, List<String> asSigned) {
    private static final Set<DraftLine.Kind> MADE = EnumSet.of(
            DraftLine.Kind.USAGE,
            DraftLine.Kind.CORRECTION,
            DraftLine.Kind.ZERO,
            DraftLine.Kind.FIXED,
            DraftLine.Kind.MINIMUM,
            DraftLine.Kind.CARRY);

    /**
     * Puts it together.
     *
     * @throws Disagreement if a line too few or too many came out
     * @throws Fields.Wrong if a field of the first row is not what the format says
     */
    static Remade of(EvidenceRow first, List<EvidenceRow> lines, Gathering.Result result) throws Disagreement {
        List<DraftLine> signed = new ArrayList<>(lines.size());
        for (EvidenceRow line : lines) {
            signed.add(EvidenceCheck.read(line));
        }
        Set<String> asSigned = new TreeSet<>();
        signed.stream()
                .map(DraftLine::kind)
                .filter(kind -> !MADE.contains(kind))
                .forEach(kind -> asSigned.add(kind.text()));
        if (!asSigned.isEmpty()) {
            asSigned.add(DraftLine.Kind.CARRY.text()); // what is carried depends on all other lines
        }
        Iterator<DraftLine> made = result.lines().stream()
                .filter(line -> !asSigned.contains(line.kind().text()))
                .iterator();
        List<DraftLine> all = new ArrayList<>(lines.size());
        for (int i = 0; i < signed.size(); i++) {
            DraftLine line = signed.get(i);
            if (asSigned.contains(line.kind().text())) {
                all.add(line);
            } else if (made.hasNext()) {
                all.add(made.next());
            } else {
                throw lines.get(i).disagrees("row", "no such line", line.kind().text(), "a line too many was billed");
            }
        }
        if (made.hasNext()) {
            throw first.disagrees(
                    "lines", "a line '%s'".formatted(made.next().description()), "none", "a line is missing");
        }
        return new Remade(first, lines, rows(first.json(), all, result), List.copyOf(asSigned));
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

    private static List<ObjectNode> rows(ObjectNode first, List<DraftLine> lines, Gathering.Result result) {
        long[] taxes =
                Tax.split(lines.stream().map(DraftLine::amountMinor).toList(), Fields.decimal(first, "tax_rate"));
        long subtotal = 0;
        long tax = 0;
        List<ObjectNode> rows = new ArrayList<>(lines.size() + 1);
        ObjectNode head = first.deepCopy();
        rows.add(head);
        for (DraftLine line : lines) {
            int ordinal = rows.size() - 1;
            subtotal = Math.addExact(subtotal, line.amountMinor());
            tax = Math.addExact(tax, taxes[ordinal]);
            rows.add(DocumentLine.write(Fields.text(first, "invoice"), ordinal, line, taxes[ordinal]));
        }
        head.put("subtotal_minor", subtotal);
        head.put("tax_minor", tax);
        head.put("total_minor", Math.addExact(subtotal, tax));
        head.put("lines", lines.size());
        head.set("components", JsonMapper.shared().valueToTree(result.components()));
        return rows;
    }
}

package dev.berth.billing.invoice;

import dev.berth.billing.proof.Fields;
import tools.jackson.databind.node.ObjectNode;

/**
 * A row of an evidence file.
 *
 * @param number counts from 1
 * @param kind what it says it is
 */
record EvidenceRow(long number, String kind, ObjectNode json) {

    /** What disagrees here. */
    Disagreement disagrees(String field, String expected, String found, String meaning) {
        return new Disagreement(new Verdict.Finding(number, kind, field, expected, Fields.shown(found), meaning));
    }

    /** The same of a field that is not what the format, or the row before, says. */
    Disagreement disagrees(Fields.Wrong wrong, String meaning) {
        return disagrees(wrong.field(), wrong.expected(), wrong.found(), meaning);
    }

    /** Ends the check: nothing behind it can be relied on. */
    static final class Disagreement extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Verdict.Finding finding;

        Disagreement(Verdict.Finding finding) {
            super(finding.toString(), null, false, false);
            this.finding = finding;
        }

        Verdict.Finding finding() {
            return finding;
        }
    }
}

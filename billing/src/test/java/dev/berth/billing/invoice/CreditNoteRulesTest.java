package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.rating.Tax;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CreditNoteRulesTest {
    @Test
    void notesOverAnInvoiceOfSeveralRatesTakeBackEachGroupExactly() {
        Random random = new Random(20261130);
        for (int round = 0; round < 500; round++) {
            List<CreditNoteRules.Group> groups = new ArrayList<>();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                long base = random.nextLong(1, 50_000);
                BigDecimal rate = BigDecimal.valueOf(random.nextInt(300), 3);
                groups.add(new CreditNoteRules.Group("g" + i, "VAT", rate, base, Tax.on(base, rate), 0));
            }
            long tax =
                    groups.stream().mapToLong(CreditNoteRules.Group::taxMinor).sum();
            long taken = 0;
            for (long left = CreditNoteRules.left(groups); left > 0; left = CreditNoteRules.left(groups)) {
                List<CreditNoteRules.Part> parts = CreditNoteRules.of(groups, random.nextLong(1, left + 1));
                List<CreditNoteRules.Group> next = new ArrayList<>();
                for (CreditNoteRules.Group group : groups) {
                    long net = 0;
                    for (CreditNoteRules.Part part : parts) {
                        net += part.group().equals(group) ? part.netMinor() : 0;
                    }
                    assertThat(net).isBetween(0L, group.leftMinor());
                    next.add(new CreditNoteRules.Group(
                            group.group(),
                            group.label(),
                            group.rate(),
                            group.baseMinor(),
                            group.taxMinor(),
                            group.takenMinor() + net));
                }
                taken +=
                        parts.stream().mapToLong(CreditNoteRules.Part::taxMinor).sum();
                groups = next;
            }
            assertThat(taken).isEqualTo(tax);
        }
    }
}

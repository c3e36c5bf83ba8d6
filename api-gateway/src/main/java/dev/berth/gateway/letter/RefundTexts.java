package dev.berth.gateway.letter;

import dev.berth.gateway.mail.Mails;
import dev.berth.schema.invoice.RefundFailed;
import dev.berth.schema.invoice.RefundSucceeded;
import java.util.ArrayList;
import java.util.List;

/** The words of letters about money that goes back. Pure. */
final class RefundTexts {
    private RefundTexts() {}

    static Letter paidBack(RefundSucceeded event, Addressee to, MoneyTexts.Known known) {
        String amount = to.money(event.amountMinor(), event.currency());
        return new Letter(
                "refund",
                false,
                "%s for %s was paid back".formatted(amount, known.named()),
                List.of(
                        "%s for %s of %s went back by the way it came.".formatted(amount, known.named(), to.account()),
                        "A bank may take some days to show it. If it cannot hand it on, we write again, and it becomes credit."),
                facts(amount, known),
                List.of(to.invoice(event.invoice(), "See the invoice")));
    }

    static Letter failed(RefundFailed event, Addressee to, MoneyTexts.Known known) {
        String amount = to.money(event.amountMinor(), event.currency());
        List<Letter.Fact> facts = facts(amount, known);
        facts.add(new Letter.Fact("Reason", Mails.line(event.message())));
        return new Letter(
                "refund_failed",
                true,
                "%s for %s could not be paid back".formatted(amount, known.named()),
                List.of(
                        "%s for %s of %s could not go back by the way it came. It is not lost: it is credit now, which the next invoices use."
                                .formatted(amount, known.named(), to.account()),
                        "If you want it another way, please turn to the operator."),
                facts,
                List.of(to.page("/account/billing", "See the credit"), to.invoice(event.invoice(), "See the invoice")));
    }

    private static List<Letter.Fact> facts(String amount, MoneyTexts.Known known) {
        List<Letter.Fact> facts = new ArrayList<>();
        OwedInvoice invoice = known.invoice();
        if (invoice != null) {
            facts.add(new Letter.Fact("Invoice", invoice.number()));
        }
        facts.add(new Letter.Fact("Amount", amount));
        return facts;
    }
}

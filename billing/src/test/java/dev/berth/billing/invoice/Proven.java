package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE_PROOF;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.billing.proof.UsageChain;
import dev.berth.schema.id.InvoiceId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evidence in tests. */
public final class Proven {
    private Proven() {}

    static Evidence evidence(Billing billing) {
        return new Evidence(new UsageChain(), billing.signingKeys);
    }

    static Replay replay(Billing billing) {
        return new Replay(billing.dsl, evidence(billing), new Exports());
    }

    /** The file of an invoice. */
    static byte[] file(Billing billing, InvoiceId invoice) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        billing.dsl.transaction(configuration -> {
            Evidence evidence = evidence(billing);
            evidence.write(
                    configuration.dsl(), evidence.find(configuration.dsl(), invoice, _ -> true), out::writeBytes);
        });
        return out.toByteArray();
    }

    static Verdict check(byte[] file, @Nullable String pinned) {
        try {
            return EvidenceCheck.of(new ByteArrayInputStream(file), pinned);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Computes every invoice again that there is: each came about as its evidence says, whatever the test was about. */
    public static void all(Billing billing) {
        List<InvoiceId> invoices = billing.dsl
                .select(INVOICE_PROOF.INVOICE_ID)
                .from(INVOICE_PROOF)
                .orderBy(INVOICE_PROOF.INVOICE_ID)
                .limit(200)
                .fetch(INVOICE_PROOF.INVOICE_ID);
        assertThat(invoices).allSatisfy(invoice -> {
            Replay.Replayed replayed = replay(billing).of(invoice);
            assertThat(replayed.difference()).isNull();
            assertThat(replayed.recomputed()).isEqualTo(replayed.document());
        });
    }
}

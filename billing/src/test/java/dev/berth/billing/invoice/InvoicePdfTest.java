package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What stands on the paper. */
class InvoicePdfTest {
    private static final String HOSTILE = "Zoë & Söhne <script src=\"file:///etc/passwd\"/> ]]> \u0000\u001b[31m Ελλάς";

    private final InvoicePdf pdf = new InvoicePdf();

    private static InvoiceView.Line line(String component, String quantity, String price, long minor, String currency) {
        return new InvoiceView.Line(
                InvoiceLineId.next(),
                "usage",
                component,
                "Processor time of web",
                quantity,
                "vcpu_second",
                price,
                new Money(minor, currency),
                new Money(0, currency),
                WorkloadId.next(),
                null,
                null,
                false);
    }

    private static InvoiceView invoice(
            String currency, long minor, String end, List<InvoiceView.Line> lines, @Nullable Instant paid) {
        Money total = new Money(minor, currency);
        return new InvoiceView(
                InvoiceId.parse("inv_01h00000000000000000000000"),
                "B-2026-000042",
                paid == null ? "final" : "paid",
                AccountId.parse("acct_01h00000000000000000000000"),
                new Period(Instant.parse("2026-02-28T23:00:00Z"), Instant.parse(end)),
                currency,
                total,
                Money.zero(currency),
                total,
                paid == null ? total : Money.zero(currency),
                lines,
                false,
                Json.mapper().createArrayNode(),
                new InvoiceView.Terms(
                        "standard",
                        3,
                        null,
                        new BigDecimal("0.190"),
                        Json.mapper().valueToTree(Map.of("name", HOSTILE, "email", "ada@example.com")),
                        Json.mapper().valueToTree(Map.of("name", "Harbour GmbH")),
                        "Europe/Berlin",
                        14,
                        new InvoiceView.CutOffs(Instant.parse(end), 3, 99)),
                Instant.parse("2026-04-01T08:00:00Z"),
                Instant.parse("2026-04-15T08:00:00Z"),
                paid,
                null,
                null);
    }

    private static String text(byte[] bytes) throws IOException {
        try (PDDocument document = Loader.loadPDF(bytes)) {
            return new PDFTextStripper().getText(document).replaceAll("\\s+", " ");
        }
    }

    @Test
    void saysWhoOwesWhatToWhomForWhatAndUntilWhen() throws IOException {
        InvoiceView invoice = invoice(
                "EUR",
                123_456_789,
                "2026-03-31T22:00:00Z",
                List.of(line("vcpu_seconds", "22.1234567", "0.0000115", 123_456_789, "EUR")),
                null);
        byte[] bytes = pdf.of(invoice);
        assertThat(text(bytes))
                .contains(
                        "Harbour GmbH",
                        "B-2026-000042",
                        "1 March 2026 – 31 March 2026",
                        "1 April 2026",
                        "15 April 2026",
                        "Europe/Berlin",
                        "Zoë & Söhne <script src=\"file:///etc/passwd\"/> ]]> [31m Ελλάς",
                        "ada@example.com",
                        "Processor time of web",
                        "≈ 22.123457 vCPU-s",
                        "0.0000115",
                        "1,234,567.89 EUR",
                        "Tax 19 %",
                        "1,234,567.89 EUR due",
                        "Page 1 of 1",
                        invoice.lines().getFirst().workload() + "");
        assertThat(Arrays.equals(pdf.of(invoice), bytes))
                .as("the same invoice is the same bytes")
                .isTrue();
        try (PDDocument document = Loader.loadPDF(bytes)) {
            for (var name : document.getPage(0).getResources().getFontNames()) {
                PDFont font = document.getPage(0).getResources().getFont(name);
                assertThat(font.isEmbedded()).as(font.getName()).isTrue();
            }
            String xmp = new String(
                    document.getDocumentCatalog().getMetadata().toByteArray(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(xmp).contains("<xmp:CreateDate>2026-04-01T08:00:00Z<", "<pdfaid:part>3<");
            assertThat(document.getDocumentInformation().getTitle()).isEqualTo("Invoice B-2026-000042");
        }
    }

    @Test
    void aMillisecondsPeriodCurrenciesOfOtherDecimalsAndPaymentAreShownAsTheyAre() throws IOException {
        InvoiceView yen = invoice(
                "JPY", 1234, "2026-03-10T00:00:00.007Z", List.of(line("gib_seconds", "1", "1", 1234, "JPY")), null);
        assertThat(text(pdf.of(yen))).contains("1,234 JPY", "10 March 2026 01:00:00.007");
        InvoiceView dinar = invoice(
                "KWD",
                1234,
                "2026-03-31T22:00:00Z",
                List.of(line("egress_gib", "1", "1", 1234, "KWD")),
                Instant.parse("2026-04-02T00:00:00Z"));
        assertThat(text(pdf.of(dinar))).contains("1.234 KWD", "Paid on 2 April 2026", "Due 0.000 KWD");
    }

    @Test
    void manyLinesArePagesWithTheirHead() throws IOException {
        List<InvoiceView.Line> lines = IntStream.range(0, 300)
                .mapToObj(i -> line("vcpu_seconds", String.valueOf(i), "0.01", i, "EUR"))
                .toList();
        byte[] bytes = pdf.of(invoice("EUR", 44_850, "2026-03-31T22:00:00Z", lines, null));
        try (PDDocument document = Loader.loadPDF(bytes)) {
            assertThat(document.getNumberOfPages()).isGreaterThan(10);
            PDFTextStripper third = new PDFTextStripper();
            third.setStartPage(3);
            third.setEndPage(3);
            assertThat(third.getText(document).toLowerCase(java.util.Locale.ROOT))
                    .contains("description", "page 3 of %d".formatted(document.getNumberOfPages()));
        }
        String text = text(bytes);
        for (int i = 0; i < 300; i++) {
            assertThat(text).contains(" %d vCPU-s ".formatted(i));
        }
    }
}

package dev.berth.billing.invoice;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.GregorianCalendar;
import java.util.Objects;
import java.util.TimeZone;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.springframework.stereotype.Component;

/**
 * Invoices as PDF/A-3u (ISO 19005-3), to be kept for years: fonts and colours are in the file. An invoice of the same state is the same bytes: its dates are those of the invoice.
 * Nothing outside is read. At most {@value #AT_ONCE} are made at a time, since one of 2,000 lines takes seconds and 100 MB; who waits longer
 * than 30 s is told to come back. Thread-safe.
 */
@Component
final class InvoicePdf {
    private static final int AT_ONCE = 2;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final String FONT = "Liberation Sans";
    private static final Pattern DATES = Pattern.compile("<(xmp:(?:Create|Modify|Metadata)Date)>[^<]*<");

    private final Semaphore renderers = new Semaphore(AT_ONCE, true);

    /** What each is made with; read with the first, since most services start long before anybody prints. */
    private static final class Material {
        static final String CSS = new String(resource("/invoice/invoice.css"), StandardCharsets.UTF_8);
        static final byte[] REGULAR = resource("/liberation/LiberationSans-Regular.ttf");
        static final byte[] BOLD = resource("/liberation/LiberationSans-Bold.ttf");
        static final byte[] SRGB = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
    }

    /**
     * Renders one.
     *
     * @throws Refusal {@code unavailable} if too many are being made
     */
    byte[] of(InvoiceView invoice) {
        Instant made = Objects.requireNonNullElse(
                invoice.finalizedAt(), invoice.period().end());
        return print(() -> InvoiceDocument.of(invoice, Material.CSS), made);
    }

    /**
     * Renders a credit note.
     *
     * @param invoice that it takes back from
     * @throws Refusal as {@link #of(InvoiceView)}
     */
    byte[] of(CreditNoteView note, InvoiceView invoice) {
        return print(() -> CreditNoteDocument.of(note, invoice, Material.CSS), note.issuedAt());
    }

    private byte[] print(Supplier<String> page, Instant made) {
        try {
            if (!renderers.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Refusal(ErrorCode.UNAVAILABLE, "Too many invoices are being printed.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ErrorCode.UNAVAILABLE, "The service stops.");
        }
        try {
            return render(page.get(), made);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            renderers.release();
        }
    }

    private static byte[] render(String page, Instant made) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PdfRendererBuilder builder = new PdfRendererBuilder()
                .withHtmlContent(page, null)
                .withProducer("Berth")
                .usePdfAConformance(PdfRendererBuilder.PdfAConformance.PDFA_3_U)
                .useColorProfile(Material.SRGB)
                .useFont(() -> new java.io.ByteArrayInputStream(Material.REGULAR), FONT, 400, FontStyle.NORMAL, true)
                .useFont(() -> new java.io.ByteArrayInputStream(Material.BOLD), FONT, 700, FontStyle.NORMAL, true)
                .useUriResolver((_, _) -> null)
                .toStream(out);
        try (PdfBoxRenderer renderer = builder.buildPdfRenderer()) {
            renderer.createPDFWithoutClosing();
            PDDocument document = renderer.getPdfDocument();
            GregorianCalendar date = new GregorianCalendar(TimeZone.getTimeZone("UTC"), java.util.Locale.ROOT);
            date.setTimeInMillis(made.toEpochMilli());
            document.getDocumentInformation().setCreationDate(date);
            document.setDocumentId(made.toEpochMilli());
            PDMetadata metadata = document.getDocumentCatalog().getMetadata();
            String xmp = new String(metadata.toByteArray(), StandardCharsets.UTF_8);
            metadata.importXMPMetadata(
                    DATES.matcher(xmp).replaceAll("<$1>%s<".formatted(made)).getBytes(StandardCharsets.UTF_8));
            document.save(out);
        }
        return out.toByteArray();
    }

    private static byte[] resource(String name) {
        try (InputStream in = InvoicePdf.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.berth.client;

import dev.berth.billing.invoice.EvidenceCheck;
import dev.berth.billing.invoice.Verdict;
import dev.berth.client.screen.Words;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Computes an invoice again from its evidence, without Berth. */
final class VerifyCommand {
    private static final int MAX_KEY_BYTES = 1 << 20;
    private static final int BUFFER = 1 << 16;

    private VerifyCommand() {}

    @Command(
            description = {
                "Computes an invoice again from its evidence, offline, and names the first row that disagrees.",
                "The file is what GET /v1/invoices/ID/evidence answers, or 'Evidence' on the invoice's page."
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Exit codes: 0 all agrees; 1 something disagrees; 2 misused; 4 there is no such file."})
    static int verify(
            @Mixin Given given,
            @Parameters(index = "0", paramLabel = "FILE", description = "The evidence; - for the standard input.")
                    Path file,
            @Option(
                            names = "--key",
                            paramLabel = "KEY",
                            description =
                                    "The key that must have signed: its id, its public half, or a file with that, such as the answer of GET /v1/signing_keys.")
                    @Nullable
                    String key) {
        Verdict verdict;
        try (InputStream in = open(given, file)) {
            verdict = EvidenceCheck.of(in, key == null ? null : pinned(key));
        } catch (NoSuchFileException e) {
            throw new Complaint(Exit.NOT_FOUND, "There is no file %s.".formatted(file), "");
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
        if (given.json()) {
            given.screen().json(json(verdict));
        } else {
            say(given, verdict);
        }
        return verdict.agrees() ? Exit.OK : Exit.REFUSED;
    }

    private static InputStream open(Given given, Path file) throws IOException {
        return new BufferedInputStream(
                file.toString().equals("-") ? given.world().in() : Files.newInputStream(file), BUFFER);
    }

    private static String pinned(String key) throws IOException {
        Path file = key.length() > 64 ? null : Path.of(key);
        if (file == null || !Files.isRegularFile(file)) {
            return key;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_KEY_BYTES), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static void say(Given given, Verdict verdict) {
        Verdict.Finding finding = verdict.finding();
        Verdict.About about = verdict.about();
        if (finding != null) {
            given.screen()
                    .line(Words.clean("Row %d (%s) disagrees, in its field '%s'."
                            .formatted(finding.row(), finding.kind(), finding.field())));
            given.screen().line(Words.clean("  expected  " + finding.expected()));
            given.screen().line(Words.clean("  found     " + finding.found()));
            given.screen().line(Words.clean("  That is: %s.".formatted(finding.meaning())));
            return;
        }
        if (about == null) {
            return;
        }
        given.screen()
                .line(Words.clean("Invoice %s agrees: %s."
                        .formatted(about.number(), about.total().display())));
        given.screen()
                .line(Words.clean("  %s, %s to %s, of %s"
                        .formatted(about.invoice(), about.periodStart(), about.periodEnd(), about.account())));
        given.screen()
                .line("  %d lines came out again from %d pieces of use and %d earlier invoices"
                        .formatted(about.lines(), about.pieces(), about.earlierInvoices()));
        given.screen()
                .line(
                        "  signed by key %s%s"
                                .formatted(
                                        about.keyId(),
                                        about.keyPinned()
                                                ? ", the one that was to have signed"
                                                : "; that it is Berth's is for you to compare: GET /v1/signing_keys, then --key"));
    }

    private static ObjectNode json(Verdict verdict) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("agrees", verdict.agrees());
        Verdict.About about = verdict.about();
        if (about != null) {
            json.put("invoice", about.invoice());
            json.put("number", about.number());
            json.put("account", about.account());
            json.putObject("period").put("start", about.periodStart()).put("end", about.periodEnd());
            json.putObject("total")
                    .put("amount_minor", about.total().amountMinor())
                    .put("currency", about.total().currency());
            json.put("lines", about.lines());
            json.put("pieces", about.pieces());
            json.put("earlier_invoices", about.earlierInvoices());
            json.put("document", about.document());
            json.put("recomputed", about.recomputed());
            json.put("key_id", about.keyId());
            json.put("key_pinned", about.keyPinned());
        }
        Verdict.Finding finding = verdict.finding();
        if (finding != null) {
            json.putObject("finding")
                    .put("row", finding.row())
                    .put("kind", finding.kind())
                    .put("field", finding.field())
                    .put("expected", finding.expected())
                    .put("found", finding.found())
                    .put("meaning", finding.meaning());
        }
        return json;
    }
}

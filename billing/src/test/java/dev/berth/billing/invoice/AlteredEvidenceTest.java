package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * A file that an invoice was proved by once, which {@link EvidenceTest} wrote. It is read for ever: who keeps the evidence of an invoice
 * verifies it with whatever version they have by then.
 */
class AlteredEvidenceTest {
    private static final byte[] FILE = read();

    private static byte[] read() {
        try {
            return Files.readAllBytes(Path.of("src/test/resources/evidence/sample.jsonl"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatWasProvedOnceIsProvedForEver() {
        Verdict verdict = Proven.check(FILE, "2ac46e76181166cb482777223b5c283a");
        assertThat(verdict.finding()).isNull();
        assertThat(verdict.about().recomputed()).isEqualTo(verdict.about().document());
    }

    @Provide
    Arbitrary<Integer> positions() {
        return Arbitraries.integers().between(0, FILE.length - 1);
    }

    @Property(tries = 1_500)
    void oneAlteredByteAnywhereIsFoundAndItsRowNamed(
            @ForAll("positions") int position, @ForAll @IntRange(min = 1, max = 255) int mask) {
        byte[] altered = FILE.clone();
        altered[position] ^= (byte) mask;
        Verdict.Finding finding = Proven.check(altered, null).finding();
        assertThat(finding).isNotNull();
        assertThat(finding.row()).as("%s", finding).isEqualTo(rowOf(position));
    }

    @Property(tries = 300)
    void aByteTooManyOrTooFewIsFoundAndItsRowNamed(@ForAll("positions") int position, @ForAll byte value) {
        byte[] without = Arrays.copyOf(FILE, FILE.length - 1);
        System.arraycopy(FILE, position + 1, without, position, FILE.length - position - 1);
        assertThat(Proven.check(without, null).finding()).isNotNull();
        byte[] with = Arrays.copyOf(FILE, FILE.length + 1);
        System.arraycopy(FILE, position, with, position + 1, FILE.length - position);
        with[position] = value;
        Verdict.Finding finding = Proven.check(with, null).finding();
        assertThat(finding).isNotNull();
        assertThat(finding.row()).isBetween(rowOf(position), rowOf(position) + 1);
    }

    private static long rowOf(int position) {
        long row = 1;
        for (int i = 0; i < position; i++) {
            row += FILE[i] == '\n' ? 1 : 0;
        }
        return row;
    }
}

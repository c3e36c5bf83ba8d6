package dev.berth.provisioner.lifecycle;

import static dev.berth.schema.db.provisioner.Tables.KEPT_LOG;

import dev.berth.provisioner.engine.LogLine;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/** The table {@code kept_log}: output that outlives its container. Works inside the caller's transaction. Thread-safe. */
@Repository
public class KeptLogRepository {
    /** What was kept; {@code cut} when there had been more before it. */
    public record Kept(List<LogLine> lines, boolean cut) {}

    /** Keeps the output of a container; what was kept before stays. */
    public void keep(DSLContext transaction, ContainerId container, AccountId account, Kept output, Instant now) {
        transaction
                .insertInto(KEPT_LOG)
                .set(KEPT_LOG.CONTAINER_ID, container)
                .set(KEPT_LOG.ACCOUNT_ID, account)
                .set(KEPT_LOG.LINES, pack(output.lines()))
                .set(KEPT_LOG.CUT, output.cut())
                .set(KEPT_LOG.KEPT_AT, now)
                .onConflictDoNothing()
                .execute();
    }

    /** What was kept of a container. */
    public Optional<Kept> find(DSLContext transaction, ContainerId container) {
        return transaction
                .select(KEPT_LOG.LINES, KEPT_LOG.CUT)
                .from(KEPT_LOG)
                .where(KEPT_LOG.CONTAINER_ID.eq(container))
                .fetchOptional(row -> new Kept(unpack(row.value1()), row.value2()));
    }

    /** Forgets output that was kept before an instant; answers of how many containers. */
    public int forget(DSLContext transaction, Instant before) {
        return transaction
                .deleteFrom(KEPT_LOG)
                .where(KEPT_LOG.KEPT_AT.lt(before))
                .execute();
    }

    private static byte[] pack(List<LogLine> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            for (LogLine line : lines) {
                out.write("%s %s %s\n"
                        .formatted(line.time(), line.stderr() ? "e" : "o", line.text())
                        .getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static List<LogLine> unpack(byte[] packed) {
        List<LogLine> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(new ByteArrayInputStream(packed)), StandardCharsets.UTF_8))) {
            for (String row = reader.readLine(); row != null; row = reader.readLine()) {
                String[] parts = row.split(" ", 3);
                lines.add(new LogLine(Instant.parse(parts[0]), parts[1].equals("e"), parts[2]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }
}

package dev.berth.provisioner.lifecycle;

import static dev.berth.schema.db.provisioner.Tables.CONTAINER;
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
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Repository;

/** The table {@code kept_log}: output that outlives its container. Works inside the caller's transaction. Thread-safe. */
@Repository
public class KeptLogRepository {
    /** What was kept; {@code cut} when there had been more before it. */
    public record Kept(List<LogLine> lines, boolean cut) {}

    /**
     * How much is kept of an account, since a program that writes and ends, over and over, would fill the database.
     *
     * @param runs of one replica, the latest
     * @param bytes of all, compressed, the latest
     * @param chars of one container, the last
     */
    public record Bounds(int runs, long bytes, int chars) {
        /** What one has without settings. */
        public static final Bounds USUAL = new Bounds(10, 64L << 20, 1 << 20);

        /**
         * As the operator sets them.
         *
         * @throws IllegalArgumentException if one is out of its range
         */
        public static Bounds of(int runs, int mibOfAccount, int mibOfContainer) {
            check("berth.log-runs", runs, 1000);
            check("berth.log-account-mib", mibOfAccount, 100_000);
            check("berth.log-container-mib", mibOfContainer, MOST_CONTAINER_MIB);
            return new Bounds(runs, (long) mibOfAccount << 20, mibOfContainer << 20);
        }

        private static void check(String name, int value, int most) {
            if (value < 1 || value > most) {
                throw new IllegalArgumentException("%s must be from 1 to %d".formatted(name, most));
            }
        }
    }

    /** The end of a container's output is gathered in memory. */
    private static final int MOST_CONTAINER_MIB = 16;

    /** Keeps the output of a container, unless it was kept before; the account's oldest makes room. */
    public void keep(
            DSLContext transaction, ContainerId container, AccountId account, Kept output, Bounds bounds, Instant now) {
        transaction
                .insertInto(KEPT_LOG)
                .set(KEPT_LOG.CONTAINER_ID, container)
                .set(KEPT_LOG.ACCOUNT_ID, account)
                .set(KEPT_LOG.LINES, pack(output.lines()))
                .set(KEPT_LOG.CUT, output.cut())
                .set(KEPT_LOG.KEPT_AT, now)
                .onConflictDoNothing()
                .execute();
        trim(transaction, account, bounds);
    }

    private static void trim(DSLContext transaction, AccountId account, Bounds bounds) {
        Field<Integer> run = DSL.rowNumber()
                .over(DSL.partitionBy(CONTAINER.WORKLOAD_ID, CONTAINER.REPLICA)
                        .orderBy(KEPT_LOG.KEPT_AT.desc(), KEPT_LOG.CONTAINER_ID.desc()))
                .as("run");
        Field<BigDecimal> bytes = DSL.sum(DSL.octetLength(KEPT_LOG.LINES.coerce(String.class)))
                .over(DSL.orderBy(KEPT_LOG.KEPT_AT.desc(), KEPT_LOG.CONTAINER_ID.desc()))
                .as("bytes");
        var ranked = transaction
                .select(KEPT_LOG.CONTAINER_ID, run, bytes)
                .from(KEPT_LOG)
                .leftJoin(CONTAINER)
                .on(CONTAINER.CONTAINER_ID.eq(KEPT_LOG.CONTAINER_ID))
                .where(KEPT_LOG.ACCOUNT_ID.eq(account))
                .asTable("ranked");
        transaction
                .deleteFrom(KEPT_LOG)
                .where(KEPT_LOG.CONTAINER_ID.in(DSL.select(ranked.field(KEPT_LOG.CONTAINER_ID))
                        .from(ranked)
                        .where(ranked.field(run)
                                .gt(bounds.runs())
                                .or(ranked.field(bytes).gt(BigDecimal.valueOf(bounds.bytes()))))))
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

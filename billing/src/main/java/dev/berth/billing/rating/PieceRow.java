package dev.berth.billing.rating;

import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.billing.batch.DriverRows;
import dev.berth.schema.Cause;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Table;

/** A piece of use as a row of a query. Pure. */
final class PieceRow {
    private static final List<Field<?>> COLUMNS = List.of(
            USAGE_PIECE.WORKLOAD_ID,
            USAGE_PIECE.CONTAINER_ID,
            USAGE_PIECE.ENGINE_ID,
            USAGE_PIECE.INTERVAL_START,
            USAGE_PIECE.INTERVAL_END,
            USAGE_PIECE.START_MS,
            USAGE_PIECE.END_MS,
            USAGE_PIECE.CPU_MILLIS,
            USAGE_PIECE.MEMORY_MIB,
            USAGE_PIECE.VOLUME_GIB,
            USAGE_PIECE.EGRESS_BYTES,
            USAGE_PIECE.BILLED,
            USAGE_PIECE.ZERO_REASON,
            USAGE_PIECE.OPERATION,
            USAGE_PIECE.ACTOR,
            USAGE_PIECE.CAUSED_AT);

    private PieceRow() {}

    /** What has to be asked for first, from a table that has the columns of pieces. */
    static List<? extends Field<?>> columns(Table<?> from) {
        return COLUMNS.stream()
                .map(column -> Objects.requireNonNull(from.field(column)))
                .toList();
    }

    /** The piece of a row that begins with {@link #columns}. */
    static Piece read(ResultSet row) throws SQLException {
        int column = 1;
        WorkloadId workload = new WorkloadId(row.getObject(column++, UUID.class));
        ContainerId container = new ContainerId(row.getObject(column++, UUID.class));
        String engineId = row.getString(column++);
        Instant intervalStart = Objects.requireNonNull(DriverRows.instant(row, column++));
        Instant intervalEnd = DriverRows.instant(row, column++);
        long startMs = row.getLong(column++);
        long endMs = row.getLong(column++);
        int cpuMillis = row.getInt(column++);
        int memoryMib = row.getInt(column++);
        int volumeGib = row.getInt(column++);
        long egressBytes = row.getLong(column++);
        boolean billed = row.getBoolean(column++);
        String reason = Piece.reason(billed, row.getString(column++));
        Cause cause = new Cause(
                row.getString(column++),
                row.getString(column++),
                Objects.requireNonNull(DriverRows.instant(row, column)),
                null);
        return new Piece(
                workload,
                container,
                engineId,
                intervalStart,
                intervalEnd,
                startMs,
                endMs,
                cpuMillis,
                memoryMib,
                volumeGib,
                egressBytes,
                billed,
                reason,
                cause);
    }
}

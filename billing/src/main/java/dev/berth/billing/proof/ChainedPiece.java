package dev.berth.billing.proof;

import dev.berth.billing.rating.Piece;
import dev.berth.schema.Cause;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A version of a piece of use, as a row of the chain has it.
 *
 * @param ingested the number under which its partition counted it: what the ingestion cut-off of an invoice is compared with
 * @param revision the greatest of a piece holds
 */
public record ChainedPiece(long ingested, int revision, Piece piece) {

    /**
     * Reads a row.
     *
     * @throws Fields.Wrong if a field is not what the format says
     */
    public static ChainedPiece read(ObjectNode row) {
        boolean ofVolume = row.has("volume");
        UUID subject = ofVolume
                ? Fields.parsed(row, "volume", "the id of a volume", VolumeId::parse)
                        .uuid()
                : Fields.parsed(row, "container", "the id of a container", ContainerId::parse)
                        .uuid();
        UUID owner = ofVolume
                ? subject
                : Fields.parsed(row, "workload", "the id of a workload", WorkloadId::parse)
                        .uuid();
        boolean billed = Fields.flag(row, "billed");
        return new ChainedPiece(
                Fields.whole(row, "ingested"),
                Fields.small(row, "revision"),
                new Piece(
                        new WorkloadId(owner),
                        new ContainerId(subject),
                        Fields.optional(row, "engine_id"),
                        Fields.instant(row, "interval_start"),
                        Fields.optionalInstant(row, "interval_end"),
                        ms(row, "start"),
                        ms(row, "end"),
                        Fields.small(row, "cpu_millis"),
                        Fields.small(row, "memory_mib"),
                        Fields.small(row, "volume_gib"),
                        Fields.whole(row, "egress_bytes"),
                        billed,
                        Piece.reason(billed, Fields.optional(row, "zero_reason")),
                        new Cause(
                                Fields.text(row, "operation"),
                                Fields.text(row, "actor"),
                                Fields.instant(row, "caused_at"),
                                null)));
    }

    private static long ms(ObjectNode row, String field) {
        Instant at = Fields.instant(row, field);
        long ms = at.toEpochMilli();
        if (!Instant.ofEpochMilli(ms).equals(at)) {
            throw Fields.wrong(row, field, "a time in whole milliseconds");
        }
        return ms;
    }
}

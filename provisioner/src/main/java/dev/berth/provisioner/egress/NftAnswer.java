package dev.berth.provisioner.egress;

import dev.berth.schema.wire.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What {@code nft --json list table} says of our table. Pure.
 *
 * @see <a href="https://www.mankier.com/5/libnftables-json">libnftables-json(5)</a>
 */
final class NftAnswer {
    private NftAnswer() {}

    /**
     * Reads it; empty when the table is not as {@link NftCounters} makes it.
     *
     * @param set the name of the set with the counters
     */
    static Optional<EgressCounters.Counted> read(String json, String set) {
        JsonNode items;
        try {
            items = Json.mapper().readTree(json).path("nftables");
        } catch (JacksonException e) {
            return Optional.empty();
        }
        @Nullable String epoch = null;
        @Nullable JsonNode elements = null;
        for (JsonNode item : items) {
            if (item.path("set").path("name").asString("").equals(set)) {
                elements = item.path("set").path("elem");
            }
            String comment = item.path("rule").path("comment").asString("");
            if (!comment.isEmpty()) {
                epoch = comment;
            }
        }
        if (epoch == null || elements == null) {
            return Optional.empty();
        }
        Map<String, Long> bytes = new HashMap<>();
        for (JsonNode element : elements) {
            JsonNode counted = element.path("elem");
            String address = counted.path("val").asString("");
            JsonNode count = counted.path("counter").path("bytes");
            if (!address.isEmpty() && count.isIntegralNumber()) {
                bytes.put(address, count.asLong());
            }
        }
        return Optional.of(new EgressCounters.Counted(epoch, bytes));
    }
}

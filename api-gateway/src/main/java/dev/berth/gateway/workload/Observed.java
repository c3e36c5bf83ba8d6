package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the feed has heard of a workload; it may lag behind.
 *
 * @param state in a word, such as {@code pending}, {@code running}, {@code stopped}, {@code failed}, {@code finished}
 * @param running how many containers run
 * @param ready how many of them are ready
 * @param generation the newest generation a container of which was seen; 0 for none
 * @param message why it is so, where there is something to say
 * @param since when it became so
 * @param imageDigest what the image's name meant when it was last pulled
 */
public record Observed(
        String state,
        int running,
        int ready,
        long generation,
        @JsonInclude @Nullable String message,
        @JsonInclude @Nullable Instant since,

        @com.fasterxml.jackson.annotation.JsonIgnore @Nullable
        String imageDigest) {
    /** Nothing was heard yet. */
    public static Observed nothing(Instant since) {
        return new Observed("pending", 0, 0, 0, null, since, null);
    }
}

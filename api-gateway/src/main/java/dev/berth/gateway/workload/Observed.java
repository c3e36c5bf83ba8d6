package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.quota.Amount;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the feed has heard of a workload; it may lag behind.
 *
 * @param state in a word, such as {@code waiting} (a cron between its runs), {@code pending}, {@code running}, {@code paused}, {@code stopped}, {@code failed}, {@code finished}
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
        String imageDigest,

        @JsonInclude @Nullable Rollout rollout,
        @com.fasterxml.jackson.annotation.JsonIgnore Reach reach) {
    /** The state of a workload all of whose containers that run are frozen. */
    public static final String PAUSED = "paused";

    /**
     * Whether an operation is through, from what runs.
     *
     * @param asWished as many run as are wished, and all of the wished revision and run
     * @param sizes of those that run
     */
    public record Reach(boolean asWished, Set<Amount> sizes) {
        /** Nothing is known. */
        public static final Reach UNKNOWN = new Reach(false, Set.of());

        public Reach {
            sizes = Set.copyOf(sizes);
        }
    }

    /**
     * How a service stands to its wish.
     *
     * @param state {@code progressing}, {@code paused}, {@code awaiting}, {@code complete}, {@code rolled_back} or {@code failed}
     * @param generation of the wish that it tells of
     * @param revision that is wished
     * @param servingRevision the last that was complete
     * @param updated how many containers of the wished revision run
     * @param message why it waits, or failed
     */
    public record Rollout(
            String state,
            long generation,
            long revision,
            @JsonInclude @Nullable Long servingRevision,
            int updated,
            @JsonInclude @Nullable String message) {}

    /** Whether containers may be on their way, whose images are to be fetched first. */
    boolean mayFetch() {
        return state.equals("pending")
                || state.equals("starting")
                || (rollout != null && rollout.state().equals("progressing"));
    }

    /** With something else to say. */
    Observed saying(String words) {
        return new Observed(state, running, ready, generation, words, since, imageDigest, rollout, reach);
    }

    /** A cron between its runs; what is said of the last one stays. */
    Observed waiting() {
        return new Observed("waiting", running, ready, generation, message, since, imageDigest, rollout, reach);
    }

    /** With what the provisioner told of its rollout. */
    public Observed with(Rollout told, int nowReady) {
        boolean complete = told.state().equals("complete");
        return new Observed(
                state,
                running,
                Math.min(running, nowReady),
                complete ? Math.max(generation, told.generation()) : generation,
                told.message() == null ? message : told.message(),
                since,
                imageDigest,
                told,
                reach);
    }

    /** Nothing was heard yet. */
    public static Observed nothing(Instant since) {
        return new Observed("pending", 0, 0, 0, null, since, null, null, Reach.UNKNOWN);
    }
}

package dev.berth.schema.wire;

/** How PostgreSQL plans the statements of a transaction. */
public final class Plans {
    /**
     * For the transaction that runs it: rows are found by their keys, by plans that are made once. A plan that was made while a table was
     * empty must not scan it when it has grown to millions, and one for the very values of a batch or a question is never needed again.
     */
    public static final String BY_KEY =
            "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan";

    private Plans() {}
}

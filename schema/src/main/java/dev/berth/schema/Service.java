package dev.berth.schema;

/** The four services. Each has one schema and one role in the database, named by {@link #schema()} and {@link #role()}. */
public enum Service {
    GATEWAY,
    PROVISIONER,
    METERING,
    BILLING;

    /** The database schema, the folder of its migrations, and the source in an event's header. */
    public String schema() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The database role. */
    public String role() {
        return "berth_" + schema();
    }
}

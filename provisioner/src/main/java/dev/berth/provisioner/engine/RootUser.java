package dev.berth.provisioner.engine;

/**
 * Which user and which group of the host is root in a container. Their ranges are set apart from each other ({@code /etc/subuid} and
 * {@code /etc/subgid}), so neither follows from the other.
 *
 * @param uid 0 where the engine does not remap users
 * @param gid likewise
 */
public record RootUser(int uid, int gid) {
    /** Where users are not remapped. */
    public static final RootUser OF_HOST = new RootUser(0, 0);

    public RootUser {
        if (uid < 0 || gid < 0) {
            throw new IllegalArgumentException(
                    "a user and a group are numbers of 0 and more, not %d:%d".formatted(uid, gid));
        }
    }

    /** Whether it is somebody else than the root of the host. */
    public boolean remapped() {
        return uid > 0;
    }
}

package dev.berth.provisioner.engine;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A container to be made, in typed fields. {@code image}, {@code command}, {@code args} and {@code env} come from a tenant and
 * stay inside the container; names, labels and the network are ours.
 *
 * @param hostname a DNS label
 * @param aliases names under which the account's other containers find it
 * @param command replaces the image's entrypoint unless empty; then {@code args} alone are its arguments
 * @param args replace the image's arguments unless empty
 * @param home the network that it is made in; it joins others by {@link ContainerEngine#connect} before its start
 */
public record ContainerSpec(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        String hostname,
        List<String> aliases,
        EngineImage image,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        Size size,
        boolean readOnlyRoot,
        Start start,
        List<Mount> mounts,
        Home home) {
    /**
     * How the main process is run, as its owner asks; null for the image's own.
     *
     * @param user {@code uid} or {@code uid:gid}, not root
     * @param stopSignal one of {@link ImagePolicy#STOP_SIGNALS}
     * @param machine many processes under an init, as root within the container unless a user is asked for
     * @param stdin whether its input is open, and stays so whoever attaches and leaves
     * @param tty whether it has a terminal
     */
    public record Start(
            @Nullable String workingDir,
            @Nullable String user,
            @Nullable String stopSignal,
            boolean machine,
            boolean stdin,
            boolean tty) {
        /** With its input closed, and without a terminal. */
        public Start(@Nullable String workingDir, @Nullable String user, @Nullable String stopSignal, boolean machine) {
            this(workingDir, user, stopSignal, machine, false, false);
        }

        /** As the image has it. */
        public static final Start USUAL = new Start(null, null, null, false);
    }

    /**
     * Where a container is made.
     *
     * @param network by name
     * @param sealed whether it is to be in internal networks only: then no name outside of them is looked up for it
     * @param address its address there; null where the engine is to choose
     */
    public record Home(
            String network, boolean sealed, @Nullable String address) {
        /** Under an address that the engine chooses. */
        public Home(String network, boolean sealed) {
            this(network, sealed, null);
        }

        /** The same under an address. */
        public Home at(@Nullable String chosen) {
            return new Home(network, sealed, chosen);
        }

        /** In a network that leads outside. */
        public static Home in(String network) {
            return new Home(network, false);
        }
    }

    /**
     * A folder of the host in the file system of the container.
     *
     * @param source absolute, on the host; ours, never a tenant's words
     * @param target where, absolute
     */
    public record Mount(String source, String target, boolean readOnly) {}

    public ContainerSpec {
        mounts = List.copyOf(mounts);
        aliases = List.copyOf(aliases);
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = Collections.unmodifiableMap(new TreeMap<>(env));
    }

    /** The engine's name of it. */
    public String name() {
        return ContainerEngine.nameOf(container);
    }

    /** With which signal it is asked to end. */
    String stopSignal() {
        return ImagePolicy.signalOf(image, start.stopSignal());
    }
}

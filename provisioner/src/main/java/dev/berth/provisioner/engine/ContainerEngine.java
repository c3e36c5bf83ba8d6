package dev.berth.provisioner.engine;

import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A container engine on one host. Every call ends within a time-out of its own and throws {@link EngineException}; after
 * {@link EngineException.Away} and {@link EngineException.Failed} nobody knows whether the effect happened, so look before acting
 * again. Every verb but {@link #create} and {@link #createNetwork} may be repeated without harm. Containers are named by
 * {@link #nameOf}. Thread-safe.
 */
public interface ContainerEngine {
    /** What the engine says of itself, and its host's time; also how one finds out whether it is there. */
    EngineInfo info();

    /** All networks of the engine, ours or not. */
    List<EngineNetwork> networks();

    /** The network of that name. */
    Optional<EngineNetwork> network(String name);

    /**
     * Makes a bridge network.
     *
     * @return the engine's id of it
     * @throws EngineException.Conflict if the name is taken
     * @throws EngineException.Refused if the address range overlaps with another
     */
    String createNetwork(NetworkSpec spec);

    /**
     * Removes a network; gone already is well.
     *
     * @throws EngineException.Refused if running containers are in it
     */
    void removeNetwork(String name);

    /**
     * Puts a container into one more network, running or not; being there already is well.
     *
     * @param aliases names under which the others in that network find it
     * @param address its address there; null where the engine is to choose
     * @throws EngineException.Missing if the container or the network is gone
     */
    void connect(String name, String network, List<String> aliases, @Nullable String address);

    /** As {@link #connect(String, String, List, String)}, under an address that the engine chooses. */
    default void connect(String name, String network, List<String> aliases) {
        connect(name, network, aliases, null);
    }

    /** A local image, by the whole form of an {@link ImageReference} or by its whole id; nothing else is looked up. */
    Optional<EngineImage> image(String reference);

    /**
     * Asks a registry what the name of an image means, and fetches that unless the host has it from there already.
     *
     * @throws EngineException.Refused if it is larger than is accepted, or the registry is in an internal network
     * @throws EngineException.Missing if the registry has none of that name, or forbids it
     * @throws EngineException.Failed if the registry could not be reached in time
     */
    Pulled pull(PullOrder order);

    /** The sizes of all local images by their ids, in bytes; what several share counts in each. */
    Map<String, Long> imageBytes();

    /** Removes a local image by its id; answers whether it is gone. One that anything uses, or calls by another name, stays. */
    boolean removeImage(String id);

    /**
     * Makes a container, which does not run yet.
     *
     * @return the engine's full id
     * @throws EngineException.Conflict if the name is taken: inspect it and compare
     * @throws EngineException.Missing if the image or the network is gone
     */
    String create(ContainerSpec spec);

    /**
     * Starts a container that was made and never started.
     *
     * @throws EngineException.Refused if it cannot run, such as for want of its command
     */
    void start(String name);

    /**
     * A container as it is now; takes the engine's lock on it, so a start in progress is waited for. One that hangs in the engine is
     * given up after a few seconds with {@link EngineException.Away}, which then says nothing of the others.
     */
    Optional<Seen> inspect(String name);

    /** All containers of this installation, ended ones too. Cheap; may lag behind {@link #inspect} by a moment. */
    List<Listed> list();

    /**
     * Running containers of this installation that may write into their own root, and whose size there the engine does not
     * limit by itself. Cheap.
     */
    List<ContainerId> unlimitedRoots();

    /** How many bytes a container has written into its own root; costs the host a look at each file of it. Empty when it is gone. */
    OptionalLong written(String name);

    /**
     * Asks the main process to end, and returns at once; ended or gone already is well. One that is frozen may not
     * hear it before it goes on.
     *
     * @param signal one of {@link ImagePolicy#STOP_SIGNALS}
     */
    void stop(String name, String signal);

    /** Ends it (SIGKILL), and returns at once; ended or gone already is well. One that is frozen may not end before it goes on. */
    void kill(String name);

    /**
     * Freezes a running container as it is (cgroup freezer): it keeps its memory and does nothing. No command runs in it, its limits
     * cannot be changed, and whether a signal reaches it differs between engines: let it go on before. Frozen already is well.
     *
     * @throws EngineException.Missing if it is gone
     * @throws EngineException.Conflict if it does not run
     */
    void pause(String name);

    /**
     * Lets a frozen container go on; not frozen is well.
     *
     * @throws EngineException.Missing if it is gone
     */
    void unpause(String name);

    /**
     * Runs a command in a running container, as its user, and waits for its end. The engine cannot end a command alone: one that takes
     * longer goes on within the container's limits, and is no longer listened to.
     *
     * @throws EngineException.Failed if it has not ended in time
     * @throws EngineException.Missing if the container is gone
     * @throws EngineException.Conflict if it does not run
     */
    Exit exec(String name, List<String> command, Duration atMost);

    /**
     * Runs a program in a running container, as its user, for somebody who is there.
     *
     * @param sink takes what it writes, on a thread of the engine's connection; the program waits while it is slow
     * @throws EngineException.Missing if the container is gone
     * @throws EngineException.Conflict if it does not run
     */
    Terminal terminal(String name, TerminalSpec spec, Consumer<byte[]> sink);

    /**
     * Joins the main process of a running container: hears what it writes from now on, and types to it where its input is open. Any
     * number may, and that one leaves neither ends it nor closes its input. It ends with the container, whose exit code it has.
     *
     * @param sink takes what it writes, and must not wait: the engine would hold up the container, and whoever else hears it
     * @throws EngineException.Missing if the container is gone
     * @throws EngineException.Conflict if it does not run, or is frozen
     */
    Terminal attach(String name, Consumer<byte[]> sink);

    /**
     * How a command ended.
     *
     * @param output the first of what it wrote to both streams, at most {@value #MOST_OUTPUT} characters
     */
    record Exit(int code, String output) {}

    /**
     * What a running container uses now; takes a second or two.
     *
     * @throws EngineException.Missing if it is gone
     * @throws EngineException.Conflict if it does not run
     */
    Stats stats(String name);

    /**
     * What a running container used up to now; one look of the engine at once, so without a rate.
     *
     * @throws EngineException.Missing if it is gone
     * @throws EngineException.Conflict if it does not run
     */
    Stats sample(String name);

    /** How much of a command's output is kept, in characters. */
    int MOST_OUTPUT = 500;

    /** Changes the limits of a running container in place. */
    void update(String name, Size size);

    /**
     * Removes an ended container and its anonymous volumes; gone already is well.
     *
     * @throws EngineException.Conflict if it runs
     */
    void remove(String name);

    /**
     * Reads output, oldest first, until its end or, when following, until the container ends or the calling thread is
     * interrupted. A slow sink slows only this reader.
     */
    void logs(String name, LogQuery query, Consumer<LogLine> sink);

    /** Hands on hints about containers of this installation until the stream breaks or the thread is interrupted. */
    void events(Consumer<EngineEvent> sink);

    /** The engine's name of a container. */
    static String nameOf(ContainerId container) {
        return "berth-" + container;
    }
}

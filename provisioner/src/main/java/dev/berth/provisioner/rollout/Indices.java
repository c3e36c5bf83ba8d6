package dev.berth.provisioner.rollout;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The indices of a job's run: which have ended well, which are lost, and which are still to be run. Pure.
 *
 * <p>An index is one replica of the job, counted from 1 here and from 0 in {@value #VARIABLE}. It has ended well with a container
 * that ended by itself with exit code 0. It is lost when no other container follows one that did not. So that a run of many indices
 * does not have to be looked at whole again and again, all before the first that has not ended well are said by the last of them, whose
 * note is {@link #ALL_BEFORE}; the rows of those before it are no longer looked at.
 */
public final class Indices {
    /** What a container's index is called in its environment, from 0. */
    public static final String VARIABLE = "BERTH_JOB_INDEX";

    /** The code of the note on a container that ended well, as did those of all smaller indices. */
    static final String ALL_BEFORE = "ended_well";

    private static final Container.Note SAYS_ALL =
            new Container.Note(ALL_BEFORE, "it ended well, as did all indices before it", null);

    private final WorkloadDesired spec;
    private final List<Container> containers;
    private final Map<Integer, Container> latest = new HashMap<>();
    private final int prefix;

    private Indices(WorkloadDesired spec, List<Container> containers) {
        this.spec = spec;
        this.containers = containers;
        int before = 0;
        for (Container container : containers) {
            if (isOfRun(container)) {
                latest.merge(container.target().replica(), container, Indices::later);
                before = ALL_BEFORE.equals(container.note().code())
                        ? Math.max(before, container.target().replica())
                        : before;
            }
        }
        while (endedWell(latest.get(before + 1))) {
            before++;
        }
        this.prefix = before;
    }

    /** Of a job's wish and its containers that stand. */
    public static Indices of(WorkloadDesired spec, List<Container> containers) {
        return new Indices(spec, containers);
    }

    private static Container later(Container a, Container b) {
        return a.id().toString().compareTo(b.id().toString()) < 0 ? b : a;
    }

    /** Those before the latest are not looked at any more since that was begun. */
    private boolean isLatest(Container container) {
        Container last = latest.get(container.target().replica());
        return last != null && last.id().equals(container.id());
    }

    private boolean isOfRun(Container container) {
        return container.isOf(spec.revision(), spec.run());
    }

    /** How many indices are to end well. */
    static int wished(WorkloadDesired spec) {
        Integer completions = spec.completions();
        return completions == null ? spec.replicas() : completions;
    }

    /** Whether all of them have ended well. */
    public boolean allWell() {
        for (int index = prefix + 1; index <= wished(spec); index++) {
            if (!isDone(index)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an index has ended well. */
    boolean isDone(int index) {
        return index <= prefix || endedWell(latest.get(index));
    }

    /** The container whose end ended the whole job. */
    Optional<Container> lost() {
        return latest.values().stream()
                .filter(container -> container.target().replica() <= wished(spec) && isLost(container))
                .min(Comparator.comparing(container -> container.id().toString()));
    }

    /** The indices that are to be run and have no container that lives, the smallest first. */
    List<Integer> open() {
        List<Integer> open = new ArrayList<>();
        for (int index = prefix + 1; index <= wished(spec); index++) {
            Container last = latest.get(index);
            if (!isDone(index) && (last == null || last.state().over())) {
                open.add(index);
            }
        }
        return open;
    }

    /** The latest container of an index. */
    Optional<Container> last(int index) {
        return Optional.ofNullable(latest.get(index));
    }

    /** Since when this run goes on: the start of its first container; null before. */
    @Nullable
    Instant since() {
        Instant since = null;
        for (Container container : latest.values()) {
            since = earlier(
                    since,
                    earlier(container.target().runSince(), container.life().startedAt()));
        }
        return since;
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isBefore(a)) ? b : a;
    }

    /**
     * What need not be looked at any more, and what is said of it by which container; null when there is nothing of that kind. It is of
     * earlier runs, or of indices before one that says that all before it ended well, or of a job that is lost already.
     */
    Step.@Nullable Settle settled() {
        Optional<Container> lost = lost();
        Container said = lost.orElseGet(() -> latest.get(prefix));
        if (said == null) {
            return null;
        }
        boolean over = lost.isPresent()
                && containers.stream().allMatch(container -> container.state().over());
        List<ContainerId> rest = new ArrayList<>();
        for (Container container : containers) {
            boolean small = lost.isEmpty() && container.target().replica() < prefix;
            boolean past = !isOfRun(container) || (isLatest(container) && (over || small));
            if (past
                    && !container.id().equals(said.id())
                    && container.state().over()
                    && container.removedAt() != null) {
                rest.add(container.id());
            }
        }
        if (rest.isEmpty()) {
            return null;
        }
        return new Step.Settle(said.id(), lost.isPresent() || prefix <= 1 ? said.note() : SAYS_ALL, rest);
    }

    private static boolean endedWell(@Nullable Container container) {
        return container != null
                && container.state() == ContainerState.STOPPED
                && container.life().reason() == StopReason.EXITED
                && Integer.valueOf(0).equals(container.life().exitCode());
    }

    /** Whether nothing follows a container that did not end well. */
    private boolean isLost(Container last) {
        if (last.state() == ContainerState.FAILED) {
            return LaunchFailed.isFinal(last.note().code());
        }
        if (last.state() != ContainerState.STOPPED || last.life().reason() == null || endedWell(last)) {
            return false;
        }
        return switch (last.life().reason()) {
            case MAX_RUNTIME -> true;
            case EXITED, OOM_KILLED, UNHEALTHY, DISK_FULL -> spec.restart() == RestartPolicy.NEVER;
            case STOPPED, SUSPENDED, REPLACED, PLATFORM -> false;
        };
    }
}

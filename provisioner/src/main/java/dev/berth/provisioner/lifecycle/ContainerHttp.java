package dev.berth.provisioner.lifecycle;

import dev.berth.provisioner.IdentityFilter;
import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Identity;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Containers, for the account that owns them and for the operator. */
@RestController
class ContainerHttp {
    private static final int MOST = 200;
    private static final int USUAL = 50;

    /** What one that runs is called while its owner has it frozen; no state of its own, since it is metered and ends as any. */
    private static final String PAUSED = "paused";

    /**
     * A container in JSON. {@code code} and {@code message} say why it is as it is: {@code crash_loop}, {@code restarting},
     * {@code image_not_found} …; {@code next_start_at} when its successor starts.
     */
    record ContainerView(
            ContainerId id,
            WorkloadId workload,
            long generation,
            int replica,
            String name,
            @Nullable String engineId,
            String host,
            String state,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Integer exitCode,
            boolean oomKilled,
            @Nullable String reason,
            int cpuMillis,
            int memoryMib,
            String image,
            long revision,
            long run,
            int attempt,
            @Nullable String code,
            @Nullable String message,
            @Nullable Instant nextStartAt,
            Instant createdAt) {
        static ContainerView of(Container container) {
            Container.Life life = container.life();
            StopReason reason = life.reason();
            return new ContainerView(
                    container.id(),
                    container.workload(),
                    container.target().generation(),
                    container.target().replica(),
                    container.name(),
                    life.engineId(),
                    container.host(),
                    container.state() == ContainerState.RUNNING
                                    && container.frozen().is()
                            ? PAUSED
                            : container.state().text(),
                    life.startedAt(),
                    life.finishedAt(),
                    life.exitCode(),
                    life.oomKilled(),
                    reason == null ? null : reason.text(),
                    container.size().cpuMillis().value(),
                    container.size().memoryMib().value(),
                    container.image(),
                    container.target().revision(),
                    container.target().run(),
                    container.target().attempt(),
                    container.note().code(),
                    container.note().message(),
                    container.note().nextStartAt(),
                    container.createdAt());
        }
    }

    /** A page of them, newest first. */
    record Page(List<ContainerView> data, @Nullable String nextCursor) {}

    private final DSLContext dsl;
    private final ContainerRepository containers;

    ContainerHttp(DSLContext dsl, ContainerRepository containers) {
        this.dsl = dsl;
        this.containers = containers;
    }

    @GetMapping("/internal/v1/containers")
    Page list(
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity,
            @RequestParam(name = "account", required = false) @Nullable String account,
            @RequestParam(name = "workload", required = false) @Nullable String workload,
            @RequestParam(name = "state", required = false) @Nullable String state,
            @RequestParam(name = "sort", defaultValue = "-created_at") String sort,
            @RequestParam(name = "limit", required = false) @Nullable String limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor) {
        int most = limitOf(limit);
        List<Container> found = containers.page(
                dsl,
                accountOf(identity, account),
                read("workload", workload, WorkloadId::parse),
                state == null
                        ? null
                        : ContainerRepository.stateOf(state)
                                .orElseThrow(() -> invalid("state", "is none of the states of a container")),
                oldestFirst(sort),
                read("cursor", cursor, ContainerId::parse),
                most + 1);
        boolean more = found.size() > most;
        List<Container> page = more ? found.subList(0, most) : found;
        return new Page(
                page.stream().map(ContainerView::of).toList(),
                more ? page.getLast().id().toString() : null);
    }

    @GetMapping("/internal/v1/containers/{id}")
    ContainerView get(@RequestAttribute(IdentityFilter.IDENTITY) Identity identity, @PathVariable("id") String id) {
        return containers.find(dsl, identity, id).map(ContainerView::of).orElseThrow(ContainerHttp::missing);
    }

    private static @Nullable AccountId accountOf(Identity identity, @Nullable String asked) {
        if (identity.operator()) {
            return read("account", asked, AccountId::parse);
        }
        AccountId account = identity.account();
        if (account == null) {
            throw missing();
        }
        return account;
    }

    private static boolean oldestFirst(String sort) {
        return switch (sort) {
            case "created_at" -> true;
            case "-created_at" -> false;
            default -> throw invalid("sort", "is -created_at or created_at");
        };
    }

    private static int limitOf(@Nullable String limit) {
        if (limit == null) {
            return USUAL;
        }
        try {
            int most = Integer.parseInt(limit);
            if (most >= 1 && most <= MOST) {
                return most;
            }
        } catch (NumberFormatException e) {
            throw invalid("limit", "is a number from 1 to " + MOST);
        }
        throw invalid("limit", "is a number from 1 to " + MOST);
    }

    private static <T> @Nullable T read(String name, @Nullable String text, Function<String, T> parse) {
        try {
            return text == null ? null : parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw invalid(name, String.valueOf(e.getMessage()));
        }
    }

    private static Refusal invalid(String name, String what) {
        return new Refusal(ProblemCode.INVALID, "%s: %s".formatted(name, what));
    }

    private static Refusal missing() {
        return new Refusal(ProblemCode.NOT_FOUND, "there is no such container");
    }
}

package dev.berth.provisioner.stream;

import dev.berth.provisioner.IdentityFilter;
import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Identity;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Output over HTTP: {@code text/plain}, a line each, or {@code text/event-stream} when that is accepted, an event each with the line
 * as its data and the line's time as its id.
 */
@RestController
class LogHttp {
    private final DSLContext dsl;
    private final WishRepository wishes;
    private final LogSource source;
    private final StreamGate gate;
    private final StreamProperties properties;

    LogHttp(DSLContext dsl, WishRepository wishes, LogSource source, StreamGate gate, StreamProperties properties) {
        this.dsl = dsl;
        this.wishes = wishes;
        this.source = source;
        this.gate = gate;
        this.properties = properties;
    }

    @GetMapping("/internal/v1/containers/{id}/logs")
    void container(
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity,
            @PathVariable("id") String id,
            @RequestParam(name = "tail", required = false) @Nullable String tail,
            @RequestParam(name = "since", required = false) @Nullable String since,
            @RequestParam(name = "follow", required = false) @Nullable String follow,
            @RequestParam(name = "search", required = false) @Nullable String search,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        Container container = source.container(identity, id).orElseThrow(LogHttp::missing);
        LogRequest asked = LogRequest.of(tail, since, follow, search).goingOnBehind(request.getHeader("Last-Event-ID"));
        answer(
                container.account(),
                asked,
                () -> source.container(container.id()).stream().toList(),
                false,
                request,
                response);
    }

    @GetMapping("/internal/v1/workloads/{id}/logs")
    void workload(
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity,
            @PathVariable("id") String id,
            @RequestParam(name = "tail", required = false) @Nullable String tail,
            @RequestParam(name = "since", required = false) @Nullable String since,
            @RequestParam(name = "follow", required = false) @Nullable String follow,
            @RequestParam(name = "search", required = false) @Nullable String search,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        WorkloadId workload = workloadId(id);
        AccountId account = wishes.find(dsl, workload)
                .map(wish -> wish.account())
                .filter(owner -> sees(identity, owner))
                .orElseThrow(LogHttp::missing);
        LogRequest asked = LogRequest.of(tail, since, follow, search).goingOnBehind(request.getHeader("Last-Event-ID"));
        answer(account, asked, () -> source.ofWorkload(workload), true, request, response);
    }

    private void answer(
            AccountId account,
            LogRequest asked,
            Supplier<List<Container>> containers,
            boolean named,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        try (StreamGate.Pass pass = gate.open(account)) {
            List<Container> first = containers.get();
            List<OutputLine> lines;
            try {
                lines = source.read(first, named, asked.fromItsEnd() ? asked.last() : asked);
            } catch (EngineException e) {
                throw new Refusal(ProblemCode.UNAVAILABLE, "the output cannot be read now: the host does not answer");
            }
            StreamWriter writer = StreamWriter.to(response, StreamWriter.asked(request));
            if (!asked.fromItsEnd()) {
                for (OutputLine line : lines) {
                    writer.write(line);
                }
            }
            if (asked.follow()) {
                writer.flush();
                new Follower(source, containers, named, properties.streamAtMost(), writer, pass)
                        .run(first, lines, asked);
            }
            writer.end();
        }
    }

    private static boolean sees(Identity identity, AccountId owner) {
        return identity.operator() || owner.equals(identity.account());
    }

    private static WorkloadId workloadId(String text) {
        try {
            return WorkloadId.parse(text);
        } catch (IllegalArgumentException e) {
            throw missing();
        }
    }

    private static Refusal missing() {
        return new Refusal(ProblemCode.NOT_FOUND, "there is no such container or workload");
    }
}

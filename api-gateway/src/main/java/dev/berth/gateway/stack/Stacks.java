package dev.berth.gateway.stack;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.IfMatch;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.volume.Volumes;
import dev.berth.gateway.workload.WorkloadRequest;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.StackId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;

/**
 * Stacks: made from a Compose file, changed by another text of it, removed. Each write is one transaction (it joins the caller's): all
 * of its workloads or none. Refusals are those of {@link Workloads}, and 422 with a line for each place that cannot be had.
 * Thread-safe.
 */
@Service
public class Stacks {
    static final int MOST_STACKS = 100;
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[-_a-z0-9]{0,62}[a-z0-9])?");

    /** What can be done to all workloads of a stack. */
    public enum Step {
        START,
        STOP
    }

    private record Checked(ComposeImport file, List<Finding> findings, List<Planned> services) {
        boolean refused() {
            return findings.stream().anyMatch(Finding::refused);
        }

        /** Makes the volumes of its services that the account has not; those that are named external must be there. */
        void ensure(Volumes volumes, AccountId account, Cause cause) {
            Set<String> mounted = ComposeImport.mounted(services);
            file.volumes().forEach((name, gib) -> {
                if (mounted.contains(name)) {
                    volumes.ensure(account, name, gib, cause);
                }
            });
        }
    }

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final StackRepository repository;
    private final Workloads workloads;
    private final Volumes volumes;
    private final Accounts accounts;
    private final InstantSource clock;

    Stacks(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            StackRepository repository,
            Workloads workloads,
            Volumes volumes,
            Accounts accounts,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.workloads = workloads;
        this.volumes = volumes;
        this.accounts = accounts;
        this.clock = clock;
    }

    /** What a file would become; makes nothing. */
    public StackPlan plan(StackRequest request) {
        return plan(request, check(request, null), List.of());
    }

    /** The same of a file that is to change a stack. */
    public StackPlan plan(AccountId account, StackId id, StackRequest request) {
        Stack stack = repository.find(dsl, account, id).orElseThrow(() -> missing(id.toString()));
        Checked checked = check(request, stack.name());
        return plan(request, checked, scaling(checked.services(), named(present(account, stack))));
    }

    private static StackPlan plan(StackRequest request, Checked checked, List<Finding> more) {
        boolean partial = Boolean.TRUE.equals(request.partial());
        return new StackPlan(
                true,
                !checked.services().isEmpty() && (partial || !checked.refused()),
                checked.services().stream().map(Planned::members).toList(),
                checked.file().volumes(),
                Stream.concat(checked.findings().stream(), more.stream()).toList());
    }

    /** Makes the workloads of a file. */
    public StackView create(Principal.Customer caller, StackRequest request, Cause cause) {
        AccountId account = caller.account();
        String name = name(request);
        Checked checked = allowed(caller, request, name);
        Stack made = Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, account).allowRunning();
            if (repository.nameTaken(dsl, account, name)) {
                throw Refusal.of(ErrorCode.NAME_TAKEN, "There is a stack '%s'.".formatted(name))
                        .field("name", "is taken")
                        .hint("Choose another name, or PUT the file to the stack that has it.");
            }
            if (repository.count(dsl, account) >= MOST_STACKS) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The account has %d stacks, which is the most.".formatted(MOST_STACKS))
                        .fact("limit", MOST_STACKS)
                        .hint("Delete stacks that are not used.");
            }
            Instant now = clock.instant();
            checked.ensure(volumes, account, cause);
            List<WorkloadId> members = new ArrayList<>();
            for (Planned service : checked.services()) {
                members.add(make(account, service, cause));
            }
            Stack stack = new Stack(StackId.next(), account, name, 1, now, now, members);
            repository.insert(dsl, stack);
            return stack;
        }));
        return view(made).with(checked.findings());
    }

    /** Makes the stack what another file says: workloads are made, changed and removed. */
    public StackView replace(
            Principal.Customer caller, StackId id, StackRequest request, @Nullable String ifMatch, Cause cause) {
        AccountId account = caller.account();
        if (request.name() != null) {
            throw Refusal.of(ErrorCode.INVALID, "The name of a stack cannot be changed.")
                    .field("name", "cannot be changed; make another stack");
        }
        String name = repository
                .find(dsl, account, id)
                .orElseThrow(() -> missing(id.toString()))
                .name();
        Checked checked = allowed(caller, request, name);
        List<Finding> scaling = new ArrayList<>();
        Stack changed = Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, account).allowRunning();
            Stack stack = repository.lock(dsl, account, id).orElseThrow(() -> missing(id.toString()));
            match(stack, ifMatch);
            Map<String, WorkloadView> there = named(present(account, stack));
            scaling.addAll(scaling(checked.services(), there));
            List<String> wanted = checked.services().stream().map(Planned::name).toList();
            there.values().stream()
                    .filter(view -> !wanted.contains(view.name()))
                    .toList()
                    .reversed()
                    .forEach(view -> workloads.delete(account, view.id(), null, cause));
            checked.ensure(volumes, account, cause);
            List<WorkloadId> members = new ArrayList<>();
            for (Planned service : checked.services()) {
                WorkloadView now = there.get(service.name());
                members.add(now == null ? make(account, service, cause) : change(account, now, service, cause));
            }
            Stack next = stack.changed(members, clock.instant());
            repository.update(dsl, next);
            return next;
        }));
        return view(changed)
                .with(Stream.concat(checked.findings().stream(), scaling.stream())
                        .toList());
    }

    private static Map<String, WorkloadView> named(List<WorkloadView> views) {
        Map<String, WorkloadView> named = new LinkedHashMap<>();
        views.forEach(view -> named.put(view.name(), view));
        return named;
    }

    /** Of what goes on to scale by itself although the file does not say so. */
    private static List<Finding> scaling(List<Planned> services, Map<String, WorkloadView> there) {
        return services.stream()
                .filter(service -> {
                    WorkloadView now = there.get(service.name());
                    return now != null && service.keepsScaling(now);
                })
                .map(service -> new Finding(
                        Finding.Severity.NOTE,
                        "services." + service.name(),
                        null,
                        "is autoscaled, of which the file says nothing: it stays so",
                        "x-berth: {autoscale: {max: 0}} takes autoscaling away."))
                .toList();
    }

    /** Starts or stops all of its workloads. */
    public StackView step(AccountId account, StackId id, Step step, @Nullable String ifMatch, Cause cause) {
        Stack stack = Objects.requireNonNull(transaction.execute(_ -> {
            Stack now = repository.lock(dsl, account, id).orElseThrow(() -> missing(id.toString()));
            match(now, ifMatch);
            for (WorkloadView view : present(account, now)) {
                switch (step) {
                    case START -> workloads.start(account, view.id(), null, cause);
                    case STOP -> workloads.stop(account, view.id(), null, cause);
                }
            }
            return now;
        }));
        return view(stack);
    }

    /** Removes a stack and its workloads; volumes stay. */
    public void delete(AccountId account, StackId id, @Nullable String ifMatch, Cause cause) {
        transaction.executeWithoutResult(_ -> {
            Stack stack = repository.lock(dsl, account, id).orElseThrow(() -> missing(id.toString()));
            match(stack, ifMatch);
            present(account, stack).reversed().forEach(view -> workloads.delete(account, view.id(), null, cause));
            repository.remove(dsl, id, clock.instant());
        });
    }

    /** One stack. */
    public StackView get(AccountId account, StackId id) {
        return view(repository.find(dsl, account, id).orElseThrow(() -> missing(id.toString())));
    }

    /** Newest first. */
    public Page<StackView> list(AccountId account, Paging paging) {
        Cursor cursor = paging.after();
        StackId before = cursor == null ? null : parse(cursor.position()).orElseThrow(Cursor::foreign);
        Page<Stack> page = Page.of(
                repository.list(dsl, account, before, paging),
                paging.limit(),
                stack -> stack.id().toString());
        Map<WorkloadId, WorkloadView> members = present(account, page.data());
        return page.map(stack -> view(stack, members));
    }

    /** The file that would make its workloads as they are wished now. */
    public String export(AccountId account, StackId id) {
        Stack stack = repository.find(dsl, account, id).orElseThrow(() -> missing(id.toString()));
        return ComposeExport.of(stack.name(), present(account, stack));
    }

    /** Reads an id; empty for what is none. */
    public static Optional<StackId> parse(String id) {
        return GivenId.read(id, StackId::parse);
    }

    /** The refusal for a stack that is not there, or another account's. */
    public static Refusal missing(String id) {
        return Refusal.notFound("stack", id);
    }

    private static String name(StackRequest request) {
        String name = request.name();
        if (name == null || name.isEmpty()) {
            throw Refusal.of(ErrorCode.INVALID, "A stack needs a name.").field("name", "is required");
        }
        if (!NAME.matcher(name).matches()) {
            throw Refusal.of(ErrorCode.INVALID, "The name of the stack is not allowed.")
                    .field(
                            "name",
                            "must have 1 to 64 characters of a-z, 0-9, '-' and '_', and begin and end with a letter or digit");
        }
        return name;
    }

    /** What a file says, with what the workloads' own rules say of it. */
    private Checked check(StackRequest request, @Nullable String stack) {
        ComposeOptions options = StackRules.options(request, stack);
        ComposeImport file = ComposeImport.of(StackRules.compose(request), options);
        List<Finding> more = new ArrayList<>();
        List<Planned> good = new ArrayList<>();
        for (Planned service : file.services()) {
            List<Finding> wrong = wrong(service);
            if (wrong.isEmpty()) {
                good.add(service);
            }
            more.addAll(wrong);
        }
        return new Checked(
                file, Stream.concat(file.findings().stream(), more.stream()).toList(), good);
    }

    private List<Finding> wrong(Planned service) {
        String path = "services." + service.name();
        try {
            workloads.check(WorkloadRequest.of(service.members()));
            return List.of();
        } catch (Refusal e) {
            return e.problem().errors().stream()
                    .map(error -> new Finding(
                            Finding.Severity.REFUSED,
                            path + "." + error.field(),
                            null,
                            "becomes the workload's %s, which %s".formatted(error.field(), error.message()),
                            null))
                    .toList();
        } catch (JacksonException e) {
            return List.of(new Finding(
                    Finding.Severity.REFUSED,
                    path + ".x-berth",
                    null,
                    "has a value of another type than the API's",
                    null));
        }
    }

    /** What mounts volumes of the file makes those that the account has not, and needs the right to. */
    private Checked allowed(Principal.Customer caller, StackRequest request, String stack) {
        Checked checked = check(request, stack);
        boolean partial = Boolean.TRUE.equals(request.partial());
        if (checked.services().isEmpty() || (checked.refused() && !partial)) {
            List<FieldError> errors = checked.findings().stream()
                    .filter(Finding::refused)
                    .map(Stacks::error)
                    .toList();
            throw Refusal.invalid(errors.isEmpty() ? List.of(new FieldError("compose", "makes no workload")) : errors)
                    .fact("findings", checked.findings())
                    .hint(
                            "Mend the places named; or name those you can do without in leave_out; or set partial to make the"
                                    + " services that can be had.");
        }
        if (!ComposeImport.mounted(checked.services()).isEmpty()) {
            caller.need(Scope.VOLUMES_WRITE, "A file whose services have volumes");
        }
        return checked;
    }

    private static FieldError error(Finding finding) {
        String where = finding.line() == null ? "" : " (line %d)".formatted(finding.line());
        String hint = finding.hint() == null ? "" : ". " + finding.hint();
        return new FieldError(finding.path(), finding.message() + where + hint);
    }

    private WorkloadId make(AccountId account, Planned service, Cause cause) {
        return named(service, () -> workloads.create(account, WorkloadRequest.of(service.members()), cause));
    }

    private WorkloadId change(AccountId account, WorkloadView now, Planned service, Cause cause) {
        return named(
                service,
                () -> workloads.update(account, now.id(), WorkloadRequest.of(service.whole(now)), null, cause));
    }

    /** A refusal of one workload says of which service. */
    private static WorkloadId named(Planned service, java.util.function.Supplier<WorkloadView> step) {
        try {
            return step.get().id();
        } catch (Refusal e) {
            throw e.fact("service", service.name());
        }
    }

    /** Those of its workloads that were not removed otherwise. */
    private List<WorkloadView> present(AccountId account, Stack stack) {
        return members(stack, present(account, List.of(stack)));
    }

    /** The same of several stacks, read at once. */
    private Map<WorkloadId, WorkloadView> present(AccountId account, List<Stack> stacks) {
        List<WorkloadId> members =
                stacks.stream().flatMap(stack -> stack.members().stream()).toList();
        return workloads.several(account, members).stream()
                .filter(view -> !view.desired().state().equals("removed"))
                .collect(Collectors.toMap(WorkloadView::id, view -> view));
    }

    private static List<WorkloadView> members(Stack stack, Map<WorkloadId, WorkloadView> present) {
        return stack.members().stream()
                .flatMap(id -> Optional.ofNullable(present.get(id)).stream())
                .toList();
    }

    private StackView view(Stack stack) {
        return view(stack, present(stack.account(), List.of(stack)));
    }

    private static StackView view(Stack stack, Map<WorkloadId, WorkloadView> present) {
        return new StackView(
                stack.id(),
                stack.name(),
                stack.generation(),
                stack.etag(),
                stack.createdAt(),
                stack.updatedAt(),
                members(stack, present),
                null);
    }

    private static void match(Stack now, @Nullable String ifMatch) {
        String bare = Long.toString(now.generation());
        IfMatch.check(ifMatch, "The stack is at generation %s by now.".formatted(bare), now.etag(), bare);
    }
}

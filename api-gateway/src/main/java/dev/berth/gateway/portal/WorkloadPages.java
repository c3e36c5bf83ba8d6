package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.Containers;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.forward.Shapes;
import dev.berth.gateway.trigger.Triggers;
import dev.berth.gateway.workload.Quote;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.id.WorkloadId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Workloads: the list, one with its containers and logs, and what can be done with it. */
@Controller
class WorkloadPages {
    private static final int LINES = 100;

    /** A container in the table. */
    record ContainerRow(
            String id,
            int replica,
            long generation,
            String state,
            String tone,
            @Nullable String reason,
            String started,
            String finished,
            String exit) {
        static ContainerRow of(Shapes.Container one, Format format) {
            boolean failed = one.state().equals("failed")
                    || one.oomKilled()
                    || (one.exitCode() != null && one.exitCode() != 0 && "exited".equals(one.reason()));
            return new ContainerRow(
                    one.id(),
                    one.replica(),
                    one.generation(),
                    one.state(),
                    failed ? "bad" : Format.tone(one.state()),
                    one.reason() == null ? null : one.reason().replace('_', ' '),
                    format.exact(one.startedAt()),
                    format.exact(one.finishedAt()),
                    one.exitCode() == null ? Format.NONE : String.valueOf(one.exitCode()));
        }
    }

    /** A price, and whether it fits. */
    record QuoteCard(String perHour, String perMonth, boolean allowed, String verdict) {
        static QuoteCard of(Quote quote, Format format) {
            Quote.Effect effect = quote.quota();
            if (effect.allowed() && !quote.funds().allowed()) {
                return new QuoteCard(
                        format.money(quote.perHour()),
                        format.money(quote.perMonth()),
                        false,
                        "Fits into your quota, but a spend cap does not let it start.");
            }
            String verdict = effect.allowed()
                    ? "Fits into your quota."
                    : "Does not fit into your quota: "
                            + effect.missing().entrySet().stream()
                                    .map(one -> missing(one.getKey(), one.getValue()))
                                    .collect(Collectors.joining(", "))
                            + " too much.";
            return new QuoteCard(
                    format.money(quote.perHour()), format.money(quote.perMonth()), effect.allowed(), verdict);
        }

        private static String missing(String what, long amount) {
            return switch (what) {
                case "cpu_millis" -> Format.vcpu(amount) + " vCPU";
                case "memory_mib" -> amount + " MiB";
                default -> amount + " " + what.replace('_', ' ');
            };
        }
    }

    private final Workloads workloads;
    private final Containers containers;
    private final Triggers triggers;
    private final OperationPages operations;
    private final Shells shells;

    WorkloadPages(
            Workloads workloads, Containers containers, Triggers triggers, OperationPages operations, Shells shells) {
        this.workloads = workloads;
        this.triggers = triggers;
        this.containers = containers;
        this.operations = operations;
        this.shells = shells;
    }

    @GetMapping("/workloads")
    @Requires(Scope.WORKLOADS_READ)
    String list(
            @RequestParam(required = false) @Nullable String deleted,
            Principal.Customer visitor,
            Paging paging,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Page<WorkloadView> page = workloads.list(visitor.account(), Workloads.Filter.any(), paging);
        model.addAttribute(
                "workloads",
                page.data().stream().map(view -> WorkloadCard.of(view, format)).toList());
        model.addAttribute("nextCursor", page.nextCursor());
        model.addAttribute("first", paging.isFirst());
        model.addAttribute("notice", deleted == null ? null : "It is deleted; its containers are on their way down.");
        model.addAttribute("example", Examples.firstWorkload(request));
        Live.on(model, visitor, "workload,container");
        return "workloads";
    }

    @GetMapping("/workloads/{id}")
    @Requires(Scope.WORKLOADS_READ)
    String one(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        return show(workloads.get(visitor.account(), parse(id)), null, visitor, context, model, request);
    }

    /** The page of a workload, with what was refused, if anything was. */
    String show(
            WorkloadView view,
            @Nullable Refusal refusal,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute("w", WorkloadCard.of(view, format));
        model.addAttribute("sizes", LandingPage.SizeChoice.all());
        model.addAttribute("problem", refusal == null ? null : Said.of(refusal));
        model.addAttribute("may", visitor.may(Scope.WORKLOADS_WRITE));
        model.addAttribute("parts", WorkloadParts.of(view));
        model.addAttribute("operations", operations.latest(visitor, view.id().toString(), format));
        model.addAttribute("containers", rows(view.id(), Asker.of(context), format));
        model.addAttribute("autoscale", view.autoscale());
        model.addAttribute(
                "triggers",
                triggers.list(visitor.account(), view.id()).stream()
                        .map(one -> AutomationPages.TriggerRow.of(one, format))
                        .toList());
        boolean whole =
                !"empty".equals(request.getHeader("Sec-Fetch-Dest")); // not when the script asks for its regions
        model.addAttribute("logs", whole ? logs(view.id(), Asker.of(context)) : "");
        Live.on(model, visitor, "workload,rollout,container&workload=" + view.id());
        return "workload";
    }

    private @Nullable List<ContainerRow> rows(WorkloadId workload, Asker asker, Format format) {
        try {
            return containers.newest(asker, workload).stream()
                    .map(one -> ContainerRow.of(one, format))
                    .toList();
        } catch (Refusal | PassedProblem away) {
            return null;
        }
    }

    private String logs(WorkloadId workload, Asker asker) {
        try {
            return containers.lastLines(asker, workload, LINES);
        } catch (Refusal | PassedProblem away) {
            return "";
        }
    }

    /** Something that is done with a workload at the press of a button. */
    @FunctionalInterface
    private interface Deed {
        WorkloadView on(WorkloadId workload);
    }

    @PostMapping("/workloads/{id}/start")
    @Requires(Scope.WORKLOADS_WRITE)
    String start(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = workload -> workloads.start(visitor.account(), workload, null, context.cause());
        return act(id, deed, visitor, context, model, request, response);
    }

    @PostMapping("/workloads/{id}/stop")
    @Requires(Scope.WORKLOADS_WRITE)
    String stop(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = workload -> workloads.stop(visitor.account(), workload, null, context.cause());
        return act(id, deed, visitor, context, model, request, response);
    }

    @PostMapping("/workloads/{id}/restart")
    @Requires(Scope.WORKLOADS_WRITE)
    String restart(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = workload -> workloads.restart(visitor.account(), workload, null, context.cause());
        return act(id, deed, visitor, context, model, request, response);
    }

    @PostMapping("/workloads/{id}/pause")
    @Requires(Scope.WORKLOADS_WRITE)
    String pause(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = workload -> workloads.pause(visitor.account(), workload, null, context.cause());
        return act(id, deed, visitor, context, model, request, response);
    }

    @PostMapping("/workloads/{id}/unpause")
    @Requires(Scope.WORKLOADS_WRITE)
    String unpause(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Deed deed = workload -> workloads.unpause(visitor.account(), workload, null, context.cause());
        return act(id, deed, visitor, context, model, request, response);
    }

    @PostMapping("/workloads/{id}/scale")
    @Requires(Scope.WORKLOADS_WRITE)
    String scale(
            @PathVariable String id,
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WorkloadForm form = WorkloadForm.of(sent);
        WorkloadForm.Scale asked = new WorkloadForm.Scale(form.text("replicas"), form.text("size"));
        WorkloadForm.Scale was = new WorkloadForm.Scale(form.text("was.replicas"), form.text("was.size"));
        Deed deed = workload ->
                workloads.update(visitor.account(), workload, WorkloadForm.scaled(asked, was), null, context.cause());
        return act(id, deed, visitor, context, model, request, response);
    }

    @PostMapping("/workloads/{id}/delete")
    @Requires(Scope.WORKLOADS_WRITE)
    String delete(@PathVariable String id, Principal.Customer visitor, RequestContext context) {
        workloads.delete(visitor.account(), parse(id), null, context.cause());
        return "redirect:/workloads?deleted=1";
    }

    private String act(
            String id,
            Deed deed,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WorkloadId workload = parse(id);
        try {
            deed.on(workload);
            return "redirect:/workloads/" + workload;
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return show(workloads.get(visitor.account(), workload), refusal, visitor, context, model, request);
        }
    }

    private static WorkloadId parse(String id) {
        return Workloads.parse(id).orElseThrow(() -> Workloads.missing(id));
    }
}

package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.trigger.TriggerRequest;
import dev.berth.gateway.trigger.TriggerView;
import dev.berth.gateway.trigger.Triggers;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.id.WorkloadId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What changes a workload without a person: autoscaling, and its triggers, whose URLs are shown once. */
@Controller
class AutomationPages {
    /** A trigger in the list. */
    record TriggerRow(String id, String name, String does, String used) {
        static TriggerRow of(TriggerView one, Format format) {
            String used = one.lastUsedAt() == null
                    ? "never called"
                    : "called %d times, last %s".formatted(one.uses(), format.time(one.lastUsedAt()));
            return new TriggerRow(one.id().toString(), one.name(), does(one), used);
        }

        private static String does(TriggerView one) {
            return switch (one.action()) {
                case REDEPLOY -> "redeploys";
                case SCALE -> {
                    String bounds = "within %d to %d".formatted(one.min(), one.max());
                    Integer step = one.step();
                    if (step != null) {
                        yield step > 0
                                ? "adds %d, %s".formatted(step, bounds)
                                : "takes %d away, %s".formatted(-step, bounds);
                    }
                    yield one.replicas() == null
                            ? "scales as the call says, " + bounds
                            : "scales to %d, %s".formatted(one.replicas(), bounds);
                }
            };
        }
    }

    private final WorkloadPages pages;
    private final Workloads workloads;
    private final Triggers triggers;

    AutomationPages(WorkloadPages pages, Workloads workloads, Triggers triggers) {
        this.pages = pages;
        this.workloads = workloads;
        this.triggers = triggers;
    }

    /** Where forms were answered there is nothing of its own; the workload is asked for again instead. */
    @GetMapping({"/workloads/{id}/autoscale", "/workloads/{id}/triggers"})
    @Requires(Scope.WORKLOADS_READ)
    String back(@PathVariable String id) {
        return "redirect:/workloads/" + parse(id);
    }

    @PostMapping("/workloads/{id}/autoscale")
    @Requires(Scope.WORKLOADS_WRITE)
    String autoscale(
            @PathVariable String id,
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WorkloadId workload = parse(id);
        try {
            WorkloadView _ = workloads.update(
                    visitor.account(), workload, AutomationForm.autoscaled(sent), null, context.cause());
            return "redirect:/workloads/" + workload;
        } catch (Refusal refusal) {
            return refused(workload, refusal, visitor, context, model, request, response);
        }
    }

    @PostMapping("/workloads/{id}/triggers")
    @Requires(Scope.WORKLOADS_WRITE)
    String make(
            @PathVariable String id,
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WorkloadId workload = parse(id);
        try {
            TriggerRequest asked = AutomationForm.trigger(sent);
            TriggerView made =
                    triggers.make(visitor.account(), workload, asked, Examples.origin(request), context.cause());
            model.addAttribute("triggerUrl", made.url());
            model.addAttribute("triggerName", made.name());
            return pages.show(workloads.get(visitor.account(), workload), null, visitor, context, model, request);
        } catch (Refusal refusal) {
            return refused(workload, refusal, visitor, context, model, request, response);
        }
    }

    @PostMapping("/workloads/{id}/triggers/{trigger}/delete")
    @Requires(Scope.WORKLOADS_WRITE)
    String delete(@PathVariable String id, @PathVariable String trigger, Principal.Customer visitor) {
        WorkloadId workload = parse(id);
        triggers.delete(visitor.account(), workload, trigger);
        return "redirect:/workloads/" + workload;
    }

    private String refused(
            WorkloadId workload,
            Refusal refusal,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        response.setStatus(refusal.problem().code().status());
        return pages.show(workloads.get(visitor.account(), workload), refusal, visitor, context, model, request);
    }

    private static WorkloadId parse(String id) {
        return Workloads.parse(id).orElseThrow(() -> Workloads.missing(id));
    }
}

package dev.berth.gateway.portal;

import dev.berth.gateway.edge.ChangesNothing;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.secret.SecretView;
import dev.berth.gateway.secret.Secrets;
import dev.berth.gateway.volume.Volumes;
import dev.berth.gateway.workload.WorkloadRequest;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** A new workload, and one that is there, with the price before anything is done. */
@Controller
class WorkloadFormPages {
    /** A volume or a secret to choose. */
    record Choice(String value, String name) {}

    private final Workloads workloads;
    private final Volumes volumes;
    private final Secrets secrets;
    private final Shells shells;

    WorkloadFormPages(Workloads workloads, Volumes volumes, Secrets secrets, Shells shells) {
        this.workloads = workloads;
        this.volumes = volumes;
        this.secrets = secrets;
        this.shells = shells;
    }

    @GetMapping("/workloads/new")
    @Requires(Scope.WORKLOADS_WRITE)
    String blank(Principal.Customer visitor, RequestContext context, Model model, HttpServletRequest request) {
        return form(WorkloadForm.BLANK, null, visitor, context, model, request);
    }

    @ChangesNothing
    @PostMapping("/workloads/quote")
    @Requires(Scope.WORKLOADS_WRITE)
    String quote(
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        return form(WorkloadForm.of(sent), null, visitor, context, model, request);
    }

    @PostMapping("/workloads")
    @Requires(Scope.WORKLOADS_WRITE)
    String create(
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WorkloadForm form = WorkloadForm.of(sent);
        try {
            WorkloadView made = workloads.create(visitor.account(), form.request(), context.cause());
            return "redirect:/workloads/" + made.id();
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return form(form, refusal, visitor, context, model, request);
        }
    }

    @GetMapping("/workloads/{id}/edit")
    @Requires(Scope.WORKLOADS_WRITE)
    String edit(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        WorkloadView now = present(visitor.account(), id);
        about(now, now.etag(), model);
        return form(WorkloadFilled.of(now), null, visitor, context, model, request);
    }

    @ChangesNothing
    @PostMapping("/workloads/{id}/quote")
    @Requires(Scope.WORKLOADS_WRITE)
    String quoteChange(
            @PathVariable String id,
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        WorkloadView now = present(visitor.account(), id);
        about(now, sent.getFirst("etag"), model);
        return form(ofThis(now, sent), null, visitor, context, model, request);
    }

    @PostMapping("/workloads/{id}/edit")
    @Requires(Scope.WORKLOADS_WRITE)
    String change(
            @PathVariable String id,
            @RequestParam MultiValueMap<String, String> sent,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        WorkloadView now = present(visitor.account(), id);
        WorkloadForm form = ofThis(now, sent);
        String etag = sent.getFirst("etag");
        try {
            Map<String, Object> changes = form.changes(WorkloadFilled.of(now));
            if (!changes.isEmpty()) {
                WorkloadView _ = workloads.update(
                        visitor.account(), now.id(), WorkloadRequest.of(changes), etag, context.cause());
            }
            return "redirect:/workloads/" + now.id();
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            if (refusal.problem().code() == ErrorCode.STALE) {
                WorkloadView present = present(visitor.account(), id);
                about(present, present.etag(), model);
                model.addAttribute(
                        "meanwhile",
                        List.copyOf(form.changes(WorkloadFilled.of(present)).keySet()));
            } else {
                about(now, etag, model);
            }
            return form(form, refusal, visitor, context, model, request);
        }
    }

    /** The name and the kind of a workload stay. */
    private static WorkloadForm ofThis(WorkloadView now, MultiValueMap<String, String> sent) {
        return WorkloadForm.of(sent)
                .with(Map.of(
                        "name", List.of(now.name()), "kind", List.of(now.kind().text())));
    }

    private static void about(WorkloadView now, @Nullable String etag, Model model) {
        model.addAttribute("editId", now.id().toString());
        model.addAttribute("etag", etag);
    }

    private WorkloadView present(AccountId account, String id) {
        WorkloadId workload = Workloads.parse(id).orElseThrow(() -> Workloads.missing(id));
        WorkloadView now = workloads.get(account, workload);
        if (now.desired().state().equals("removed")) {
            throw Workloads.missing(id);
        }
        return now;
    }

    private String form(
            WorkloadForm form,
            @Nullable Refusal refusal,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute("form", form);
        model.addAttribute("sizes", LandingPage.SizeChoice.all());
        model.addAttribute("volumes", mountable(visitor));
        model.addAttribute("secrets", usable(visitor));
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        try {
            model.addAttribute(
                    "quote",
                    WorkloadPages.QuoteCard.of(workloads.quote(visitor.account(), form.priced(), context), format));
        } catch (Refusal | PassedProblem away) {
            model.addAttribute("quoteProblem", Said.of(away).detail());
        }
        return "workload-new";
    }

    private List<Choice> mountable(Principal.Customer visitor) {
        return visitor.may(Scope.VOLUMES_READ)
                ? volumes.present(visitor.account()).stream()
                        .map(one -> new Choice(one.id().toString(), "%s, %d GiB".formatted(one.name(), one.sizeGib())))
                        .toList()
                : List.of();
    }

    private List<Choice> usable(Principal.Customer visitor) {
        return visitor.may(Scope.SECRETS_READ)
                ? secrets.list(visitor.account()).stream()
                        .map(SecretView::name)
                        .map(name -> new Choice(name, name))
                        .toList()
                : List.of();
    }
}

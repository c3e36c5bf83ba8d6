package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.forward.PriceList;
import dev.berth.gateway.forward.Prices;
import dev.berth.gateway.volume.Snapshots;
import dev.berth.gateway.volume.VolumeRequest;
import dev.berth.gateway.volume.VolumeView;
import dev.berth.gateway.volume.Volumes;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Volumes: the list with a form for a new one, and one with its snapshots and what can be done with it. */
@Controller
class VolumePages {
    /** A volume as the pages show it. */
    record Card(
            String id,
            String name,
            String state,
            String tone,
            @Nullable String message,
            String size,
            int sizeGib,
            String metered,
            @Nullable String hourly,
            String driver,
            boolean enforced,
            List<Mount> mountedBy,
            List<Snapshot> snapshots,
            String created,
            @Nullable String purge,
            boolean deleted,
            boolean purged) {
        static Card of(VolumeView view, @Nullable PriceList prices, Format format) {
            VolumeView.State seen = view.observed();
            String tone = switch (seen.state()) {
                case "ready" -> "ok";
                case "failed" -> "bad";
                case "deleted" -> "warn";
                case "purged" -> "";
                default -> "info";
            };
            return new Card(
                    view.id().toString(),
                    view.name(),
                    seen.state(),
                    tone,
                    seen.message(),
                    view.sizeGib() + " GiB",
                    view.sizeGib(),
                    seen.meteredGib() + " GiB",
                    prices == null
                            ? null
                            : prices.volumePerHour(seen.meteredGib())
                                    .map(sum -> format.hourly(sum, prices.currency()))
                                    .orElse(null),
                    seen.driver() == null ? Format.NONE : seen.driver(),
                    !Boolean.FALSE.equals(seen.sizeEnforced()),
                    view.mountedBy().stream()
                            .map(one ->
                                    new Mount("/workloads/" + one.workload(), one.name(), one.path(), one.readOnly()))
                            .toList(),
                    view.snapshots().stream()
                            .map(one -> new Snapshot(
                                    one.id().toString(),
                                    one.name(),
                                    one.sizeGib() + " GiB",
                                    one.state(),
                                    format.exact(one.takenAt())))
                            .toList(),
                    format.time(view.createdAt()),
                    view.purgeAt() == null ? null : format.time(view.purgeAt()),
                    seen.state().equals("deleted"),
                    seen.state().equals("purged"));
        }
    }

    /** A workload that has it in its file system. */
    record Mount(String href, String name, String path, boolean readOnly) {}

    /** A snapshot in the table. */
    record Snapshot(String id, String name, String size, String state, String taken) {
        /** Whether data can be put back from it. */
        public boolean ready() {
            return state.equals("ready");
        }
    }

    /** Of a month that is shown: 8,760 / 12. */
    private static final BigDecimal HOURS_PER_MONTH = BigDecimal.valueOf(730);

    private final Volumes volumes;
    private final Snapshots snapshots;
    private final Prices prices;
    private final Shells shells;

    VolumePages(Volumes volumes, Snapshots snapshots, Prices prices, Shells shells) {
        this.volumes = volumes;
        this.snapshots = snapshots;
        this.prices = prices;
        this.shells = shells;
    }

    @GetMapping("/volumes")
    @Requires(Scope.VOLUMES_READ)
    String list(Principal.Customer visitor, Model model, HttpServletRequest request) {
        return page(visitor, null, model, request);
    }

    private String page(
            Principal.Customer visitor, @Nullable Refusal refusal, Model model, HttpServletRequest request) {
        Format format = shells.dress(model, request);
        PriceList list = prices(visitor.account());
        model.addAttribute(
                "volumes",
                volumes.present(visitor.account()).stream()
                        .map(view -> Card.of(view, list, format))
                        .toList());
        model.addAttribute(
                "deleted",
                volumes.deleted(visitor.account()).stream()
                        .map(view -> Card.of(view, list, format))
                        .toList());
        model.addAttribute(
                "price",
                list == null
                        ? null
                        : list.volumePerHour(1)
                                .map(sum -> format.hourly(sum.multiply(HOURS_PER_MONTH), list.currency()))
                                .orElse(null));
        model.addAttribute("may", visitor.may(Scope.VOLUMES_WRITE));
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        model.addAttribute("example", Examples.get(request, "/v1/volumes"));
        Live.on(model, visitor, "volume");
        return "volumes";
    }

    /** The prices, unless billing does not answer, which hides no volume. */
    private @Nullable PriceList prices(AccountId account) {
        try {
            return prices.of(account);
        } catch (Refusal | PassedProblem away) {
            return null;
        }
    }

    @PostMapping("/volumes")
    @Requires(Scope.VOLUMES_WRITE)
    String make(
            @RequestParam(defaultValue = "") String name,
            @RequestParam(name = "size_gib", defaultValue = "") String size,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            VolumeView made = volumes.create(
                    visitor.account(), new VolumeRequest(name, whole(size), null, null), context.cause());
            return "redirect:/volumes/" + made.id();
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("name", name);
            model.addAttribute("size", size);
            return page(visitor, refusal, model, request);
        }
    }

    private static @Nullable BigInteger whole(String text) {
        return text.strip().matches("-?[0-9]{1,12}") ? new BigInteger(text.strip()) : null;
    }

    @GetMapping("/volumes/{id}")
    @Requires(Scope.VOLUMES_READ)
    String one(@PathVariable String id, Principal.Customer visitor, Model model, HttpServletRequest request) {
        return show(parse(id), null, visitor, model, request);
    }

    private String show(
            VolumeId id,
            @Nullable Refusal refusal,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute("v", Card.of(volumes.get(visitor.account(), id), prices(visitor.account()), format));
        model.addAttribute("may", visitor.may(Scope.VOLUMES_WRITE));
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        Live.on(model, visitor, "volume");
        return "volume";
    }

    /** Something that is done at the press of a button. */
    @FunctionalInterface
    private interface Deed {
        void on(AccountId account, VolumeId volume, Cause cause);
    }

    @PostMapping("/volumes/{id}/{word}")
    @Requires(Scope.VOLUMES_WRITE)
    String act(
            @PathVariable String id,
            @PathVariable String word,
            @RequestParam(defaultValue = "") String what,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        VolumeId volume = parse(id);
        Deed deed = deed(word, what);
        try {
            deed.on(visitor.account(), volume, context.cause());
            return "redirect:/volumes/" + volume;
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return show(volume, refusal, visitor, model, request);
        }
    }

    private Deed deed(String word, String what) {
        return switch (word) {
            case "grow" ->
                (account, volume, cause) ->
                        volumes.update(account, volume, new VolumeRequest(null, whole(what), null, null), null, cause);
            case "snapshot" ->
                (account, volume, cause) ->
                        snapshots.take(account, volume, what.isBlank() ? null : what.strip(), cause);
            case "drop" -> (account, volume, cause) -> snapshots.drop(account, volume, what, cause);
            case "restore" -> (account, volume, cause) -> snapshots.restore(account, volume, what, null, cause);
            case "delete" -> (account, volume, cause) -> volumes.delete(account, volume, false, null, cause);
            case "purge" -> (account, volume, cause) -> volumes.delete(account, volume, true, null, cause);
            case "undelete" -> (account, volume, cause) -> volumes.undelete(account, volume, null, cause);
            default -> throw Refusal.notFound("page", word);
        };
    }

    private static VolumeId parse(String id) {
        try {
            return VolumeId.parse(id);
        } catch (IllegalArgumentException e) {
            throw Refusal.notFound("volume", id);
        }
    }
}

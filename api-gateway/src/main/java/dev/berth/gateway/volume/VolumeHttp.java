package dev.berth.gateway.volume;

import dev.berth.gateway.edge.Accepted;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.VolumeId;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Volumes and their snapshots over HTTP. */
@RestController
class VolumeHttp {
    /** From which snapshot. */
    record RestoreRequest(@Nullable String snapshot) {}

    /** How a snapshot is to be called. */
    record SnapshotRequest(@Nullable String name) {}

    private final Volumes volumes;
    private final Snapshots snapshots;

    VolumeHttp(Volumes volumes, Snapshots snapshots) {
        this.volumes = volumes;
        this.snapshots = snapshots;
    }

    @Requires(Scope.VOLUMES_WRITE)
    @PostMapping("/v1/volumes")
    ResponseEntity<VolumeView> create(@RequestBody VolumeRequest request, Principal.Customer customer, Cause cause) {
        return accepted(volumes.create(customer.account(), request, cause));
    }

    @Requires(Scope.VOLUMES_READ)
    @GetMapping("/v1/volumes")
    Page<VolumeView> list(
            @RequestParam(required = false) @Nullable String name,
            @RequestParam(required = false) @Nullable String state,
            Principal.Customer customer,
            Paging paging) {
        return volumes.list(customer.account(), new Volumes.Filter(name, state), paging);
    }

    @Requires(Scope.VOLUMES_READ)
    @GetMapping("/v1/volumes/{id}")
    VolumeView get(@PathVariable String id, Principal.Customer customer, HttpServletResponse response) {
        VolumeView view = volumes.get(customer.account(), parse(id));
        response.setHeader(HttpHeaders.ETAG, view.etag());
        return view;
    }

    @Requires(Scope.VOLUMES_WRITE)
    @PatchMapping("/v1/volumes/{id}")
    ResponseEntity<VolumeView> update(
            @PathVariable String id,
            @RequestBody VolumeRequest request,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(volumes.update(customer.account(), parse(id), request, ifMatch, cause));
    }

    @Requires(Scope.VOLUMES_WRITE)
    @DeleteMapping("/v1/volumes/{id}")
    ResponseEntity<VolumeView> delete(
            @PathVariable String id,
            @RequestParam(name = "purge", defaultValue = "false") boolean purge,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(volumes.delete(customer.account(), parse(id), purge, ifMatch, cause));
    }

    @Requires(Scope.VOLUMES_WRITE)
    @PostMapping("/v1/volumes/{id}/undelete")
    ResponseEntity<VolumeView> undelete(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(volumes.undelete(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.VOLUMES_WRITE)
    @PostMapping("/v1/volumes/{id}/restore")
    ResponseEntity<VolumeView> restore(
            @PathVariable String id,
            @RequestBody RestoreRequest request,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(snapshots.restore(customer.account(), parse(id), request.snapshot(), ifMatch, cause));
    }

    @Requires(Scope.VOLUMES_READ)
    @GetMapping("/v1/volumes/{id}/snapshots")
    Page<VolumeView.SnapshotView> snapshots(@PathVariable String id, Principal.Customer customer) {
        return new Page<>(snapshots.list(customer.account(), parse(id)), null);
    }

    @Requires(Scope.VOLUMES_WRITE)
    @PostMapping("/v1/volumes/{id}/snapshots")
    ResponseEntity<VolumeView.SnapshotView> take(
            @PathVariable String id, @RequestBody SnapshotRequest request, Principal.Customer customer, Cause cause) {
        VolumeView.SnapshotView taken = snapshots.take(customer.account(), parse(id), request.name(), cause);
        return ResponseEntity.accepted()
                .location(URI.create("/v1/volumes/%s/snapshots/%s".formatted(id, taken.id())))
                .body(taken);
    }

    @Requires(Scope.VOLUMES_READ)
    @GetMapping("/v1/volumes/{id}/snapshots/{snapshot}")
    VolumeView.SnapshotView snapshot(
            @PathVariable String id, @PathVariable String snapshot, Principal.Customer customer) {
        return snapshots.get(customer.account(), parse(id), snapshot);
    }

    @Requires(Scope.VOLUMES_WRITE)
    @DeleteMapping("/v1/volumes/{id}/snapshots/{snapshot}")
    ResponseEntity<Void> drop(
            @PathVariable String id, @PathVariable String snapshot, Principal.Customer customer, Cause cause) {
        snapshots.drop(customer.account(), parse(id), snapshot, cause);
        return ResponseEntity.noContent().build();
    }

    private static VolumeId parse(String id) {
        return VolumeRepository.parse(id).orElseThrow(() -> Volumes.missing(id));
    }

    private static ResponseEntity<VolumeView> accepted(VolumeView view) {
        return Accepted.of(view, view.etag(), "/v1/volumes/" + view.id());
    }
}

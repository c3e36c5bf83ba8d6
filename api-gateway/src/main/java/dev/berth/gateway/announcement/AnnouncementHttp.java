package dev.berth.gateway.announcement;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.gateway.announcement.AnnouncementRepository.Told;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Announcements over HTTP: all of them for the operator, the current ones for customers. */
@RestController
class AnnouncementHttp {
    /** What is to be told. */
    record AnnouncementRequest(
            @Nullable String title,
            @Nullable String body,
            @Nullable String severity,
            @Nullable Instant from,
            @Nullable Instant until) {
        private Announcements.Wanted wanted() {
            return new Announcements.Wanted(title, body, severity, from, until);
        }
    }

    /** An announcement as the operator sees it; {@code createdBy} is {@code operator} or opk_…. */
    record AnnouncementView(
            @JsonUnwrapped Announcement announcement, String createdBy, Instant createdAt, Instant updatedAt) {
        static AnnouncementView of(Told told) {
            return new AnnouncementView(told.announcement(), told.createdBy(), told.createdAt(), told.updatedAt());
        }
    }

    private final Announcements announcements;

    AnnouncementHttp(Announcements announcements) {
        this.announcements = announcements;
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/announcements")
    Page<Announcement> current() {
        return new Page<>(announcements.current(), null);
    }

    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @GetMapping("/operator/v1/announcements")
    Page<AnnouncementView> list(Paging paging) {
        return announcements.list(paging).map(AnnouncementView::of);
    }

    @Requires.OperatorOnly(OperatorRole.SUPPORT)
    @PostMapping("/operator/v1/announcements")
    ResponseEntity<AnnouncementView> make(@RequestBody AnnouncementRequest request, Principal.Operator caller) {
        Told made = announcements.make(request.wanted(), caller.actor());
        return ResponseEntity.created(URI.create(
                        "/operator/v1/announcements/" + made.announcement().id()))
                .body(AnnouncementView.of(made));
    }

    @Requires.OperatorOnly(OperatorRole.SUPPORT)
    @PatchMapping("/operator/v1/announcements/{id}")
    AnnouncementView change(@PathVariable String id, @RequestBody AnnouncementRequest request) {
        return AnnouncementView.of(announcements.change(id, request.wanted()));
    }

    @Requires.OperatorOnly(OperatorRole.SUPPORT)
    @DeleteMapping("/operator/v1/announcements/{id}")
    ResponseEntity<Void> delete(@PathVariable String id) {
        announcements.delete(id);
        return ResponseEntity.noContent().build();
    }
}

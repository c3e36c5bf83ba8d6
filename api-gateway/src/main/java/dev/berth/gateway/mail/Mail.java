package dev.berth.gateway.mail;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.MailId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A mail as the operator sees it.
 *
 * @param account what it is about; null for one about a person
 * @param kind what it is for: such as {@code invitation}, {@code verification}, {@code invoice}
 * @param html the same in HTML; null where there is none
 * @param body the text with its links; null once it was sent or given up, and where SMTP is set
 * @param error why it was not sent the last time; empty for no reason
 */
public record Mail(
        MailId id,
        @JsonInclude @Nullable AccountId account,
        String kind,
        String recipient,
        String subject,
        @JsonInclude @Nullable String body,
        @JsonIgnore @Nullable String html,
        MailState state,
        int attempts,
        Instant createdAt,
        @JsonInclude @Nullable Instant sentAt,
        String error) {
    Mail withoutBody() {
        return new Mail(id, account, kind, recipient, subject, null, null, state, attempts, createdAt, sentAt, error);
    }

    @Override
    public String toString() {
        return "Mail[id=%s, kind=%s, state=%s]".formatted(id, kind, state); // never its links
    }
}

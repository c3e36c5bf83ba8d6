package dev.berth.gateway.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.edge.Audited;
import dev.berth.gateway.edge.Sha256;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.UserId;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a chain, as the API shows it. Its hash is SHA-256 over its {@link #canonical} form, so that whoever has a page of the log
 * can compute it again.
 *
 * @param account whose chain it is; {@link #OPERATOR} for the operator's own
 * @param seq counts the entries of the chain from 1
 * @param at when it was written, in whole milliseconds
 * @param previousHash that of the entry before, 64 zeros for the first; lower-case hex
 * @param hash of this one, lower-case hex
 */
public record AuditEntry(
        @JsonIgnore AccountId account,
        long seq,
        Instant at,
        String actor,
        @JsonInclude @Nullable UserId user,
        @JsonInclude @Nullable ApiKeyId key,
        String address,
        String userAgent,
        String action,
        String subject,
        String result,
        int status,
        String code,
        String operation,
        String previousHash,
        String hash) {
    /** Where what concerns no account stands. */
    static final AccountId OPERATOR = new AccountId(new UUID(0, 0));

    /** The hash before the first entry. */
    static final String NONE = "0".repeat(64);

    /** The entry that follows in a chain. */
    static AuditEntry next(AccountId account, long seq, String previousHash, Instant at, Audited what) {
        AuditEntry open = new AuditEntry(
                account,
                seq,
                at.truncatedTo(ChronoUnit.MILLIS),
                what.actor(),
                what.user(),
                what.key(),
                what.address(),
                what.userAgent(),
                what.action(),
                what.subject(),
                what.result(),
                what.status(),
                what.code(),
                what.operation(),
                previousHash,
                "");
        return open.closed();
    }

    /**
     * What is hashed: fifteen lines with a line feed between them, in UTF-8; nothing in place of what is null, and {@code operator} in
     * place of the account for the operator's own chain.
     */
    String canonical() {
        return String.join(
                "\n",
                List.of(
                        previousHash,
                        account.equals(OPERATOR) ? "operator" : account.toString(),
                        Long.toString(seq),
                        Json.text(at),
                        actor,
                        Objects.toString(user, ""),
                        Objects.toString(key, ""),
                        address,
                        userAgent,
                        action,
                        subject,
                        result,
                        Integer.toString(status),
                        code,
                        operation));
    }

    /** Whether its hash is that of what stands in it. */
    boolean holds() {
        return closed().hash.equals(hash);
    }

    private AuditEntry closed() {
        return new AuditEntry(
                account,
                seq,
                at,
                actor,
                user,
                key,
                address,
                userAgent,
                action,
                subject,
                result,
                status,
                code,
                operation,
                previousHash,
                HexFormat.of().formatHex(Sha256.of(canonical())));
    }
}

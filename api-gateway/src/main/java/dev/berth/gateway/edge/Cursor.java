package dev.berth.gateway.edge;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a page of a list of the gateway's own ends: opaque to the caller, a position such as an id to us. */
public record Cursor(String position) {
    /** What the caller sees. */
    public String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what the caller sends back.
     *
     * @throws Refusal 422 if it is none of ours
     */
    public static Cursor parse(String text) {
        try {
            return new Cursor(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw none().because(e);
        }
    }

    /** The refusal for a text that is no cursor. */
    static Refusal none() {
        return Refusal.of(ErrorCode.INVALID, "The cursor is not one that a list answered.")
                .field("cursor", "is not a cursor of this list")
                .hint("Send next_cursor of the page before, unchanged, or none for the first page.");
    }

    /** The refusal for a cursor of the same list in another order. */
    static Refusal otherOrder() {
        return Refusal.of(ErrorCode.INVALID, "The cursor belongs to the list in another order.")
                .field("cursor", "belongs to another order of the list")
                .hint("Send the same sort with each page, or no cursor to begin anew.");
    }

    /** The refusal for a cursor that decodes to a position this list does not have. */
    public static Refusal foreign() {
        return Refusal.of(ErrorCode.INVALID, "The cursor belongs to another list.")
                .field("cursor", "belongs to another list");
    }
}

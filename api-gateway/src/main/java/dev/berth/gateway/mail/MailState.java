package dev.berth.gateway.mail;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a mail is. Waiting and sending go to and fro; sent and given up are ends. Lower case in JSON. */
public enum MailState {
    WAITING,
    SENDING,
    SENT,
    GIVEN_UP;

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MailState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}

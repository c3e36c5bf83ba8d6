package dev.berth.gateway.mail;

import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.MailId;
import java.time.Duration;
import java.time.InstantSource;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Service;

/** Mails: written by the rooms that have something to say, and listed for the operator. Thread-safe. */
@Service
@EnableConfigurationProperties(MailProperties.class)
public class Mails {
    /** A line of text that is shown in a mail must not be longer. */
    private static final int LONGEST = 200;

    private final DSLContext dsl;
    private final MailRepository repository;
    private final MailProperties properties;
    private final InstantSource clock;

    Mails(DSLContext dsl, MailRepository repository, MailProperties properties, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Writes a mail in the transaction at hand; it is sent after the commit.
     *
     * @param account what it is about, null for one about a person
     * @param body plain text
     */
    public void write(@Nullable AccountId account, String kind, String recipient, String subject, String body) {
        write(account, kind, recipient, subject, body, null);
    }

    /**
     * The same with the text in HTML, too.
     *
     * @param html what programs show that can; everything of others in it is escaped
     */
    public void write(
            @Nullable AccountId account,
            String kind,
            String recipient,
            String subject,
            String body,
            @Nullable String html) {
        var now = clock.instant();
        Mail mail = new Mail(
                MailId.next(),
                account,
                kind,
                recipient,
                line(subject),
                body,
                html,
                MailState.WAITING,
                0,
                now,
                null,
                "");
        repository.insert(dsl, mail, now.plus(properties.deadline()));
    }

    /** The address of a page of the portal with a token in it. */
    public String link(String path, LinkToken token) {
        return properties.publicUrl() + path + "/" + token.text();
    }

    /** How many mails of a kind an account caused in the last while. */
    public int count(AccountId account, String kind, Duration last) {
        return repository.count(dsl, account, kind, clock.instant().minus(last));
    }

    /** Newest first, for the operator; with their text only where there is no SMTP server to send it. */
    public Page<Mail> list(Paging paging) {
        Cursor cursor = paging.after();
        MailId before = cursor == null
                ? null
                : GivenId.read(cursor.position(), MailId::parse).orElseThrow(Cursor::foreign);
        Page<Mail> page = Page.of(
                repository.list(dsl, before, paging.limit() + 1),
                paging.limit(),
                mail -> mail.id().toString());
        return properties.isSet() ? page.map(Mail::withoutBody) : page;
    }

    /** A text of a customer's as one line of a mail. */
    public static String line(String text) {
        String plain = text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
    }
}

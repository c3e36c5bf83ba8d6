package dev.berth.gateway.letter;

import dev.berth.gateway.account.Account;
import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.mail.MailProperties;
import dev.berth.gateway.mail.Mails;
import dev.berth.gateway.member.MoneyMails;
import dev.berth.schema.id.AccountId;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Writes letters to who reads them, in the transaction at hand. Thread-safe. */
@Component
class Letters {
    private final Accounts accounts;
    private final MoneyMails readers;
    private final Mails mails;
    private final MailProperties properties;

    Letters(Accounts accounts, MoneyMails readers, Mails mails, MailProperties properties) {
        this.accounts = accounts;
        this.readers = readers;
        this.mails = mails;
        this.properties = properties;
    }

    /**
     * Writes a letter to all who are to get it.
     *
     * @param words what it says to the account, which may be nothing
     * @throws dev.berth.gateway.edge.Refusal 404 for an account that is not here
     */
    void write(AccountId id, Function<Addressee, Optional<Letter>> words) {
        Account account = accounts.get(id);
        Addressee addressee =
                new Addressee(Mails.line(account.name()), ZoneId.of(account.timeZone()), properties.publicUrl());
        words.apply(addressee).ifPresent(letter -> {
            String why = why(account, letter);
            String plain = LetterForm.plain(letter, why);
            String html = LetterForm.html(letter, why);
            readers.readers(id, letter.needed())
                    .forEach(reader -> mails.write(id, letter.kind(), reader, letter.subject(), plain, html));
        });
    }

    private String why(Account account, Letter letter) {
        return """
                You get this as an owner of the account "%s" or as who sees to its bills (%s).
                %s""".formatted(
                Mails.line(account.name()),
                account.id(),
                letter.needed()
                        ? "It is sent whatever mails you have chosen."
                        : "Which mails about money you get is chosen on " + properties.publicUrl() + "/account");
    }
}

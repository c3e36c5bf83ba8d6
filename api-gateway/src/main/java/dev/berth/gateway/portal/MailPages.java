package dev.berth.gateway.portal;

import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Operators;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.mail.Mail;
import dev.berth.gateway.mail.Mails;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The operator's outbox: mails with their links, where no SMTP server sends them. The page asks for the operator's key each time and
 * keeps nothing: the links in it let anybody in.
 */
@Controller
class MailPages {
    /** A mail on the page. */
    record Row(
            String time,
            String recipient,
            String subject,
            String state,
            String error,
            String text,
            @Nullable String link) {
        private static final Pattern LINK = Pattern.compile("(?m)^https?://\\S+$");

        static Row of(Mail mail, Format format) {
            String text = Objects.requireNonNullElse(mail.body(), "");
            Matcher link = LINK.matcher(text);
            return new Row(
                    format.time(mail.createdAt()),
                    mail.recipient(),
                    mail.subject(),
                    mail.state().text(),
                    mail.error(),
                    text,
                    link.find() ? link.group() : null);
        }
    }

    /** Guesses from one network address: ten, then one a minute. */
    private static final EdgeProperties.Rate GUESSES = new EdgeProperties.Rate(10, 1.0 / 60);

    private final Mails mails;
    private final Operators operators;
    private final RateLimits limits;
    private final Shells shells;

    MailPages(Mails mails, Operators operators, RateLimits limits, Shells shells) {
        this.mails = mails;
        this.operators = operators;
        this.limits = limits;
        this.shells = shells;
    }

    @GetMapping("/mails")
    String ask(Model model, HttpServletRequest request) {
        return page(List.of(), false, null, model, request);
    }

    @PostMapping("/mails")
    String show(
            @RequestParam(defaultValue = "") String key,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        String bucket = "operator-page:" + context.address();
        RateLimits.Verdict verdict = limits.take(bucket, GUESSES);
        if (!verdict.allowed()) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, "Too many keys were tried from this address.")
                    .retryAfter(verdict.retryAfter());
        }
        if (operators
                .of(key.strip())
                .filter(one -> one.role().may(OperatorRole.SUPPORT))
                .isEmpty()) {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            return page(List.of(), false, "is not the key of an operator who may see mails", model, request);
        }
        limits.giveBack(bucket, GUESSES);
        Format format = new Format(ZoneOffset.UTC);
        List<Row> rows = mails.list(Paging.first()).data().stream()
                .map(mail -> Row.of(mail, format))
                .toList();
        return page(rows, true, null, model, request);
    }

    private String page(
            List<Row> rows, boolean shown, @Nullable String wrong, Model model, HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute("mails", rows);
        model.addAttribute("shown", shown);
        model.addAttribute("wrong", wrong);
        return "mails";
    }
}

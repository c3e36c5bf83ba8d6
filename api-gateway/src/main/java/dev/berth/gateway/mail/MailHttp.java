package dev.berth.gateway.mail;

import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Requires;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Mails as the operator sees them. */
@RestController
class MailHttp {
    private final Mails mails;

    MailHttp(Mails mails) {
        this.mails = mails;
    }

    @Requires.OperatorOnly(OperatorRole.SUPPORT)
    @GetMapping("/operator/v1/mails")
    Page<Mail> list(Paging paging) {
        return mails.list(paging);
    }
}

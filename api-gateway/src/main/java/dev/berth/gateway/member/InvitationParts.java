package dev.berth.gateway.member;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.account.SecondFactor;
import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.mail.Mails;
import org.springframework.stereotype.Component;

/** What an invitation needs of other rooms: its account's name, the mail, how many there may be, and the audit log. */
@Component
record InvitationParts(Accounts accounts, Mails mails, RateLimits limits, Audits audits, SecondFactor factor) {}

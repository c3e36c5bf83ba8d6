package dev.berth.gateway.closing;

import dev.berth.gateway.feed.FeedRepository;
import dev.berth.gateway.letter.Debts;
import dev.berth.gateway.mail.Mails;
import dev.berth.gateway.member.Invitations;
import dev.berth.gateway.member.Members;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.wire.Outbox;
import org.springframework.stereotype.Component;

/** What closing does with other rooms. */
@Component
record ClosingParts(
        ClosingProperties properties,
        Workloads workloads,
        Members members,
        Invitations invitations,
        Mails mails,
        FeedRepository feed,
        Debts debts,
        Outbox outbox) {}

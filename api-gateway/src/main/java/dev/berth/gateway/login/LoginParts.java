package dev.berth.gateway.login;

import dev.berth.gateway.account.People;
import dev.berth.gateway.account.SecondFactor;
import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.Signups;
import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.RateLimits;
import org.springframework.stereotype.Component;

/** What logins need of other rooms: people, how they sign in and up, their second factors, how often, and the audit log. */
@Component
record LoginParts(
        People people,
        Sessions sessions,
        Signups signups,
        SecondFactor factor,
        RateLimits limits,
        Audits audits,
        Joining joining) {}

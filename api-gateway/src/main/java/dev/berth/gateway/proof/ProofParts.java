package dev.berth.gateway.proof;

import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.member.Memberships;
import org.springframework.stereotype.Component;

/** What proofs need of other rooms: how often, which accounts hear of a new password, and their audit logs. */
@Component
record ProofParts(RateLimits limits, Memberships memberships, Audits audits) {}

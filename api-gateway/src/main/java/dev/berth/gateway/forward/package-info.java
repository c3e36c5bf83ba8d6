/**
 * Owns: reads and streams from the owner of the data: containers and logs (provisioner), use (metering), prices, invoices and
 * standing (billing), and the operator's calls to them. It signs who asks, checks ids and parameters before they leave, and says
 * which part of Berth does not answer.
 * Does not own: the data, or any rule about it; two answers are composed here: priced use and the upcoming invoice.
 * May be called by portal. Invariant: nothing reaches a service behind the gateway without a signed identity, and nothing of a
 * caller's reaches it but typed ids and known parameters.
 */
@NullMarked
package dev.berth.gateway.forward;

import org.jspecify.annotations.NullMarked;

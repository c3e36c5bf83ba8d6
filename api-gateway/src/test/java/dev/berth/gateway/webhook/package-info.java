/** Tests of webhooks. */
@NullMarked
package dev.berth.gateway.webhook;

import org.jspecify.annotations.NullMarked;

/** Tests of the audit log. */
@NullMarked
package dev.berth.gateway.audit;

import org.jspecify.annotations.NullMarked;

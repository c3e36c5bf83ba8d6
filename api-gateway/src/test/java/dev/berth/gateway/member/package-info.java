/** Tests of members and invitations. */
@NullMarked
package dev.berth.gateway.member;

import org.jspecify.annotations.NullMarked;

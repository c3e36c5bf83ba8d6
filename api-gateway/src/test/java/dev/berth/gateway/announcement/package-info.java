/** Announcements, over real HTTP. */
@NullMarked
package dev.berth.gateway.announcement;

import org.jspecify.annotations.NullMarked;

/** Tests of mails. */
@NullMarked
package dev.berth.gateway.mail;

import org.jspecify.annotations.NullMarked;

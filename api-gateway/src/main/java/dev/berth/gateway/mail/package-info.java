/**
 * Owns: mails: written in the transaction of what they tell of, sent by a loop over SMTP, or shown to the operator where there is none.
 * Does not own: what is in them, nor the links in them: the rooms that write them do.
 * Rooms below may write one; it calls the edge. Invariant: the text of a mail is kept no longer than it takes to send it or give it up.
 */
@NullMarked
package dev.berth.gateway.mail;

import org.jspecify.annotations.NullMarked;

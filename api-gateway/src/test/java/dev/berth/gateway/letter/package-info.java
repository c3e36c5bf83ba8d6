/** Tests of the mails about money: over the real topics, with people who have proven their addresses. */
@NullMarked
package dev.berth.gateway.letter;

import org.jspecify.annotations.NullMarked;

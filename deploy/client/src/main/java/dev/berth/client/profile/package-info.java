/**
 * Who the client calls as. Owns: the file of profiles, and what of the environment comes before it. Does not own: how a key is had
 * (commands). Called by the commands. Always holds: the file can be read by its owner only, and is replaced whole.
 */
@NullMarked
package dev.berth.client.profile;

import org.jspecify.annotations.NullMarked;

/** Sign-in by a real OpenID provider, over real HTTP. */
@NullMarked
package dev.berth.gateway.login;

import org.jspecify.annotations.NullMarked;

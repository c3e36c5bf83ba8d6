/**
 * The API as its OpenAPI document has it. Owns: routes and the forms of what is sent and answered; all but {@link
 * dev.berth.client.api.Route}, {@link dev.berth.client.api.View} and {@link dev.berth.client.api.Wish} is made from the
 * document in the build. Does not own: any call. Called by all rooms of the client. Always holds: there is a route here if and
 * only if the gateway has it.
 */
@NullMarked
package dev.berth.client.api;

import org.jspecify.annotations.NullMarked;

/**
 * The client side of Squall's REST interface: {@link dev.squall.cli.rest.Call} says what to ask,
 * {@link dev.squall.cli.rest.Rest} asks it and turns a refusal into a failure with advice, {@link
 * dev.squall.cli.rest.EventFeed} follows a watch over the loss of connections and nodes.
 */
@NullMarked
package dev.squall.cli.rest;

import org.jspecify.annotations.NullMarked;

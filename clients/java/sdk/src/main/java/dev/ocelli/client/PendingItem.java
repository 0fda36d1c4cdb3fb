package dev.ocelli.client;

/**
 * An item that has no answer yet.
 *
 * @param message what to send; null if it is sent and will not be sent again
 * @param failure the answer to an item that cannot be sent, in place of the server's; else null
 */
record PendingItem<Q, A>(Q message, A failure) {

  PendingItem<Q, A> withoutMessage() {
    return new PendingItem<>(null, failure);
  }
}

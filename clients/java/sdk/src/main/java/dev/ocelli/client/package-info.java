/**
 * A client of Ocelli servers: objects, classes, text, embeddings and nearest neighbours of images
 * and video.
 *
 * <p>{@link dev.ocelli.client.OcelliClient} is the way in. Requests and answers are the messages of
 * the contract, in {@code dev.ocelli.v1}; every failure is an {@link
 * dev.ocelli.client.OcelliException}.
 */
package dev.ocelli.client;

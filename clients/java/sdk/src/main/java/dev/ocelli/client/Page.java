package dev.ocelli.client;

import java.util.List;

/**
 * A part of a list.
 *
 * @param items in the order of the list
 * @param nextToken of the next page; empty: there is none
 */
record Page<T>(List<T> items, String nextToken) {}

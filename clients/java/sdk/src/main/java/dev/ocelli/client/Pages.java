package dev.ocelli.client;

import io.grpc.Channel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Lists that the server gives a page at a time. */
final class Pages {
  private static final String FIRST = "";

  private Pages() {}

  /** All items; each page is fetched when the items before it are used up. */
  static <T> Stream<T> stream(
      Channel channel, Function<String, ? extends UnaryRequest<?, ?, Page<T>>> request) {
    var items = new Walk<T>(token -> request.apply(token).call(channel));
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(items, traits), false);
  }

  /** All items, when the last page has come. Cancelling the future ends the walk. */
  static <T> CompletableFuture<List<T>> collect(
      Channel channel, Function<String, ? extends UnaryRequest<?, ?, Page<T>>> request) {
    var all = new CompletableFuture<List<T>>();
    fetch(all, new ArrayList<>(), FIRST, token -> request.apply(token).send(channel));
    return all;
  }

  private static <T> void fetch(
      CompletableFuture<List<T>> all,
      List<T> before,
      String token,
      Function<String, CompletableFuture<Page<T>>> send) {
    var sent = send.apply(token);
    all.whenComplete((done, failed) -> sent.cancel(true));
    sent.whenComplete(
        (page, failed) -> {
          if (failed != null) {
            all.completeExceptionally(failed);
            return;
          }
          before.addAll(page.items());
          if (page.nextToken().isEmpty()) {
            all.complete(before);
          } else if (!all.isDone()) {
            fetch(all, before, page.nextToken(), send);
          }
        });
  }

  private static final class Walk<T> implements Iterator<T> {
    private final Function<String, Page<T>> fetch;
    private Iterator<T> items = Collections.emptyIterator();
    private String token = FIRST;
    private boolean last;

    Walk(Function<String, Page<T>> fetch) {
      this.fetch = fetch;
    }

    @Override
    public boolean hasNext() {
      while (!items.hasNext() && !last) {
        var page = fetch.apply(token);
        items = page.items().iterator();
        token = page.nextToken();
        last = token.isEmpty();
      }
      return items.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the list has ended");
      }
      return items.next();
    }
  }
}

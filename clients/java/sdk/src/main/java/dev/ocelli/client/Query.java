package dev.ocelli.client;

import dev.ocelli.v1.Image;
import dev.ocelli.v1.SearchRequest;
import dev.ocelli.v1.Vector;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What a search is to be near to. */
public final class Query {
  private final Consumer<SearchRequest.Builder> query;

  private Query(Consumer<SearchRequest.Builder> query) {
    this.query = query;
  }

  /**
   * An image in a file, for a collection that has a model.
   *
   * @param path an image file, read when the search is sent
   * @return the query
   */
  public static Query image(Path path) {
    return new Query(request -> request.setImage(Images.file(path)));
  }

  /**
   * An image in memory, for a collection that has a model.
   *
   * @param bytes the bytes of an image file; copied
   * @return the query
   */
  public static Query image(byte[] bytes) {
    return image(Images.encoded(bytes));
  }

  /**
   * An image in memory, for a collection that has a model.
   *
   * @param image as {@link Images} makes it
   * @return the query
   */
  public static Query image(Image image) {
    return new Query(request -> request.setImage(image));
  }

  /**
   * A text, for a collection whose model takes texts or shares its space with one that does.
   *
   * @param text 1 to 8192 bytes of UTF-8
   * @return the query
   */
  public static Query text(String text) {
    return new Query(request -> request.setText(text));
  }

  /**
   * A vector.
   *
   * @param vector of the collection's dimension, such as an embedding; see {@link Vectors#of}
   * @return the query
   */
  public static Query vector(Vector vector) {
    return new Query(request -> request.setVector(vector));
  }

  /**
   * A stored point, which is not among the hits itself.
   *
   * @param id its id
   * @return the query
   */
  public static Query id(String id) {
    return new Query(request -> request.setId(id));
  }

  /** A request with this query; throws {@link OcelliException} if the query cannot be had. */
  SearchRequest.Builder request(String collection) {
    var request = SearchRequest.newBuilder().setCollection(collection);
    query.accept(request);
    return request;
  }
}

package dev.ocelli.client;

import dev.ocelli.v1.ErrorReason;

/** What a caller can do about each reason. */
final class Hints {
  private Hints() {}

  /** One line, or an empty string if there is nothing to say. */
  static String of(ErrorReason reason) {
    return switch (reason) {
      case ERROR_REASON_INVALID_FIELD -> "correct the field that fieldViolations() names";
      case ERROR_REASON_STREAM_PROTOCOL -> "send the configuration once, then frames";
      case ERROR_REASON_MESSAGE_TOO_LARGE ->
          "send an encoded or a smaller image, or raise the server's max_message_bytes";
      case ERROR_REASON_IMAGE_EMPTY -> "send the bytes of an image";
      case ERROR_REASON_IMAGE_FORMAT_UNKNOWN -> "convert it to JPEG, PNG, WebP, BMP or TIFF";
      case ERROR_REASON_IMAGE_CORRUPT -> "send the whole file, undamaged";
      case ERROR_REASON_IMAGE_TOO_LARGE ->
          "send a smaller image, or raise the server's max_image_* limits";
      case ERROR_REASON_IMAGE_LAYOUT -> "correct width, height, stride or format";
      case ERROR_REASON_REGION_OUTSIDE_IMAGE ->
          "give the region in pixels of the upright image";
      case ERROR_REASON_MODEL_NOT_FOUND -> "choose a model that models().list() shows";
      case ERROR_REASON_MODEL_NOT_CHOSEN -> "name a model in the request";
      case ERROR_REASON_MODEL_WRONG_TASK -> "choose a model whose task fits";
      case ERROR_REASON_MODEL_NOT_READY -> "retry after the delay, or load it: models().load()";
      case ERROR_REASON_MODEL_LOAD_FAILED, ERROR_REASON_MODEL_REFUSED ->
          "mend the model's files, then models().load()";
      case ERROR_REASON_INFERENCE_FAILED -> "look at Triton's log and the model's export";
      case ERROR_REASON_TRITON_UNAVAILABLE, ERROR_REASON_INDEX_UNAVAILABLE ->
          "retry after the delay";
      case ERROR_REASON_DEADLINE_EXCEEDED -> "allow more time with withDeadline(), or send less";
      case ERROR_REASON_OVERLOADED -> "retry after the delay, or use a stream, which waits";
      case ERROR_REASON_DRAINING -> "call again: send what was not answered";
      case ERROR_REASON_COLLECTION_NOT_FOUND -> "create it: search().createCollection()";
      case ERROR_REASON_COLLECTION_EXISTS -> "use it, or choose another name";
      case ERROR_REASON_COLLECTION_HAS_NO_MODEL ->
          "send vectors, or create a collection with a model";
      case ERROR_REASON_POINT_NOT_FOUND -> "search().getPoints() tells which exist";
      case ERROR_REASON_VECTOR_DIMENSION -> "make vectors with the collection's model";
      case ERROR_REASON_VECTOR_NOT_FINITE -> "look at where the vector comes from";
      case ERROR_REASON_FIELD_NOT_IN_SCHEMA ->
          "keep to the fields and types that search().getCollection() shows";
      case ERROR_REASON_INTERNAL -> "the server's log has the cause under the message's id";
      case ERROR_REASON_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }
}

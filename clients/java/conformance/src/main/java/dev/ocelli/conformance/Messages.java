package dev.ocelli.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Internal;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorDetailsProto;

/** Messages of the contract in the JSON mapping of protobuf. */
final class Messages {
  private static final TypeRegistry DETAILS =
      TypeRegistry.newBuilder().add(ErrorDetailsProto.getDescriptor().getMessageTypes()).build();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().usingTypeRegistry(DETAILS);
  private static final JsonFormat.Printer PRINTER = JsonFormat.printer().usingTypeRegistry(DETAILS);

  private Messages() {}

  /** The empty message of a type such as {@code ocelli.v1.DetectRequest}. */
  static Message type(String name) {
    var inJava = name.startsWith("google.") ? "com." + name : "dev." + name;
    try {
      return Internal.getDefaultInstance(Class.forName(inJava).asSubclass(Message.class));
    } catch (ClassNotFoundException unknown) {
      throw new IllegalArgumentException("no message " + name, unknown);
    }
  }

  /** Reads a message of the type of {@code empty}. */
  @SuppressWarnings("unchecked") // a builder builds its own type
  static <M extends Message> M parse(JsonElement json, M empty)
      throws InvalidProtocolBufferException {
    var builder = empty.newBuilderForType();
    if (json != null) {
      PARSER.merge(json.toString(), builder);
    }
    return (M) builder.build();
  }

  static JsonObject print(Message message) throws InvalidProtocolBufferException {
    return JsonParser.parseString(PRINTER.print(message)).getAsJsonObject();
  }
}

package dev.ocelli.conformance;

import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.ocelli.client.OcelliClient;
import dev.ocelli.client.OcelliException;
import io.grpc.Channel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/** A call by name, through the generated blocking stub on the client's connection. */
final class UnaryCall {
  private UnaryCall() {}

  static JsonObject make(OcelliClient client, JsonObject item)
      throws InvalidProtocolBufferException {
    var rpc = item.get("rpc").getAsString().split("/");
    try {
      var service = Class.forName("dev.ocelli.v1." + rpc[0] + "Grpc");
      var stub = service.getMethod("newBlockingStub", Channel.class).invoke(null, client.channel());
      var method = method(stub.getClass(), rpc[1]);
      var empty = Messages.type("ocelli.v1." + method.getParameterTypes()[0].getSimpleName());
      var request = Messages.parse(item.get("request"), empty);
      return Messages.print((Message) method.invoke(stub, request));
    } catch (InvocationTargetException failed) {
      throw OcelliException.from(failed.getCause());
    } catch (ReflectiveOperationException unknown) {
      throw new IllegalArgumentException("no call " + String.join("/", rpc), unknown);
    }
  }

  private static Method method(Class<?> stub, String rpc) throws NoSuchMethodException {
    return Arrays.stream(stub.getMethods())
        .filter(method -> method.getName().equalsIgnoreCase(rpc))
        .findFirst()
        .orElseThrow(() -> new NoSuchMethodException(rpc));
  }
}

// `grpc.health.v1`, of which no package has stubs for this runtime.

import type { Message } from "@bufbuild/protobuf";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

/** Whether a service can be called. */
export type HealthStatus = "UNKNOWN" | "SERVING" | "NOT_SERVING" | "SERVICE_UNKNOWN";

const STATUSES: readonly HealthStatus[] = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

type Request = Message<"grpc.health.v1.HealthCheckRequest"> & { service: string };
type Response = Message<"grpc.health.v1.HealthCheckResponse"> & { status: number };
type Check<Kind extends "unary" | "server_streaming"> = {
  methodKind: Kind;
  input: GenMessage<Request>;
  output: GenMessage<Response>;
};

/** The service, for a stub of its own. */
export const HealthService = describe();

/** Names the status in a response. */
export function statusName(response: Response): HealthStatus {
  return STATUSES[response.status] ?? "UNKNOWN";
}

function describe(): GenService<{ check: Check<"unary">; watch: Check<"server_streaming"> }> {
  const inputType = ".grpc.health.v1.HealthCheckRequest";
  const outputType = ".grpc.health.v1.HealthCheckResponse";
  const label = Label.OPTIONAL;
  const file = create(FileDescriptorProtoSchema, {
    name: "grpc/health/v1/health.proto",
    package: "grpc.health.v1",
    syntax: "proto3",
    messageType: [
      {
        name: "HealthCheckRequest",
        field: [{ name: "service", jsonName: "service", number: 1, type: Type.STRING, label }],
      },
      {
        name: "HealthCheckResponse",
        // An int32 has the wire format of the enum, and its numbers stay as they came.
        field: [{ name: "status", jsonName: "status", number: 1, type: Type.INT32, label }],
      },
    ],
    service: [
      {
        name: "Health",
        method: [
          { name: "Check", inputType, outputType },
          { name: "Watch", inputType, outputType, serverStreaming: true },
        ],
      },
    ],
  });
  const registry = createFileRegistry(file, () => undefined);
  return registry.getService("grpc.health.v1.Health") as ReturnType<typeof describe>;
}

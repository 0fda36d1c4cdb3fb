"""Payloads of the contract as plain values, and back."""

from google.protobuf import json_format, struct_pb2

from ocelli.edge.index.points import Payload


def read_payload(message: struct_pb2.Struct) -> Payload:
    """A payload as plain Python values; numbers are floats, as JSON has them."""
    payload: Payload = json_format.MessageToDict(message)
    return payload


def payload_message(payload: Payload) -> struct_pb2.Struct:
    """A payload as the contract has it."""
    message = struct_pb2.Struct()
    message.update(payload)
    return message

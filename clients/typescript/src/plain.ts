// The contract's messages as plain objects, which JSON can hold.

import {
  create,
  type DescField,
  type DescMessage,
  type JsonObject,
  type MessageShape,
} from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";

/** A message as a plain object, in which counts, bytes and microseconds are numbers. */
export type Plain<T> = T extends bigint
  ? number
  : T extends JsonObject
    ? T
    : T extends (infer Element)[]
      ? Plain<Element>[]
      : T extends object
        ? { [Key in keyof T as Exclude<Key, "$typeName" | "$unknown">]: Plain<T[Key]> }
        : T;

/**
 * Makes a plain object of a message; of none at all, that of an empty one. What the message has not set,
 * the object lacks.
 */
export function plain<Desc extends DescMessage>(
  desc: Desc,
  message: MessageShape<Desc> | undefined,
): Plain<MessageShape<Desc>> {
  const found = (message ?? create(desc)) as unknown as Members;
  return ofMessage(desc, found) as Plain<MessageShape<Desc>>;
}

/** The number, or the digits of one that numbers cannot hold. */
export function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

type Members = Record<string, unknown>;

function ofMessage(desc: DescMessage, message: Members): Members {
  // Its values are any JSON, and plain already.
  if (desc.typeName === StructSchema.typeName) {
    return message;
  }
  const found: Members = {};
  for (const member of desc.members) {
    const value = message[member.localName];
    if (value !== undefined) {
      found[member.localName] =
        member.kind === "oneof"
          ? ofChoice(member.fields, value as Members)
          : ofField(member, value);
    }
  }
  return found;
}

function ofChoice(fields: readonly DescField[], choice: Members): Members {
  const chosen = fields.find(({ localName }) => localName === choice.case);
  return chosen ? { case: choice.case, value: ofField(chosen, choice.value) } : choice;
}

function ofField(field: DescField, value: unknown): unknown {
  if (typeof value === "bigint") {
    return Number(value);
  }
  if (!field.message) {
    return value;
  }
  const { message } = field;
  return Array.isArray(value)
    ? value.map((element) => ofMessage(message, element))
    : ofMessage(message, value as Members);
}

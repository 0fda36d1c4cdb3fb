// The contract's messages as plain objects, which JSON can hold.

import {
  create,
  type DescField,
  type DescMessage,
  type JsonObject,
  type MessageShape,
} from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";

/**
 * A message as a plain object, in which counts, bytes and microseconds are numbers, and what was set of
 * a choice is a member by its own name, as in the contract's JSON.
 */
export type Plain<T> = T extends bigint
  ? number
  : T extends JsonObject
    ? T
    : T extends (infer Element)[]
      ? Plain<Element>[]
      : T extends object
        ? PlainFields<T> & PlainChoices<T[keyof T]>
        : T;

type PlainFields<T> = {
  [Key in keyof T as T[Key] extends Choice ? never : Exclude<Key, "$typeName" | "$unknown">]: Plain<
    T[Key]
  >;
};

type PlainChoices<Member> = {
  [Set in Extract<Member, { case: string; value: unknown }> as Set["case"]]?: Plain<Set["value"]>;
};

interface Choice {
  case: string | undefined;
  value?: unknown;
}

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
    if (value === undefined) {
      continue;
    }
    if (member.kind === "field") {
      found[member.localName] = ofField(member, value);
      continue;
    }
    const choice = value as Choice;
    const set = member.fields.find(({ localName }) => localName === choice.case);
    if (set) {
      found[set.localName] = ofField(set, choice.value);
    }
  }
  return found;
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

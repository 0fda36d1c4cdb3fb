//! The contract's messages as JSON: prost has none, so they pass through their descriptors.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};
use serde_json::Value;

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let descriptors: &[u8] = include_bytes!(env!("OCELLI_DESCRIPTORS"));
    DescriptorPool::decode(descriptors).expect("what buf built")
});

/// Descriptor of a message such as `ocelli.v1.DetectRequest`.
fn descriptor(name: &str) -> Result<MessageDescriptor, String> {
    POOL.get_message_by_name(name).ok_or_else(|| format!("there is no message {name}"))
}

/// Binary form of a message that is given as JSON.
pub(crate) fn encode(name: &str, json: &Value) -> Result<Vec<u8>, String> {
    let message = DynamicMessage::deserialize(descriptor(name)?, json);
    message.map(|message| message.encode_to_vec()).map_err(|error| format!("{name}: {error}"))
}

/// JSON of a message that is given in its binary form.
pub(crate) fn decode(name: &str, bytes: &[u8]) -> Result<Value, String> {
    let message = DynamicMessage::decode(descriptor(name)?, bytes);
    let message = message.map_err(|error| format!("{name}: {error}"))?;
    serde_json::to_value(&message).map_err(|error| format!("{name}: {error}"))
}

/// A message of package `ocelli.v1` as its generated type.
pub(crate) fn from_json<M: Message + Default>(name: &str, json: &Value) -> Result<M, String> {
    let bytes = encode(&format!("ocelli.v1.{name}"), json)?;
    M::decode(bytes.as_slice()).map_err(|error| format!("{name}: {error}"))
}

/// A message of package `ocelli.v1` as JSON.
pub(crate) fn to_json<M: Message>(name: &str, message: &M) -> Result<Value, String> {
    decode(&format!("ocelli.v1.{name}"), &message.encode_to_vec())
}

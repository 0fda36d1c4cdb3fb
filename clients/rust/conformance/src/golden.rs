//! Messages that pass from language to language, through the generated types of this one.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ocelli_client::v1;
use prost::Message;
use serde_json::{Map, Value, json};

use crate::contract;
use crate::json::text;

/// Parses a message with its generated type and prints it again.
fn through<M: Message + Default>(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let message = M::decode(bytes).map_err(|error| error.to_string())?;
    Ok(message.encode_to_vec())
}

macro_rules! generated {
    ($name:expr, $bytes:expr, $($message:ident)+) => {
        match $name.strip_prefix("ocelli.v1.") {
            $(Some(stringify!($message)) => through::<v1::$message>($bytes),)+
            _ => Err(format!("there is no golden message of type {}", $name)),
        }
    };
}

fn through_generated(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    generated!(
        name, bytes,
        BatchSearchRequest BatchSearchResponse ClassifyRequest ClassifyResponse
        ClassifyStreamRequest ClassifyStreamResponse CountPointsRequest CountPointsResponse
        CreateCollectionRequest CreateCollectionResponse DeleteAliasRequest DeleteAliasResponse
        DeleteCollectionRequest DeleteCollectionResponse DeletePointsRequest DeletePointsResponse
        DetectRequest DetectResponse DetectStreamRequest DetectStreamResponse EmbedRequest
        EmbedResponse EmbedStreamRequest EmbedStreamResponse FindDuplicatesRequest
        FindDuplicatesResponse GetCollectionRequest GetCollectionResponse GetModelRequest
        GetModelResponse GetPointsRequest GetPointsResponse IndexStreamRequest IndexStreamResponse
        ListAliasesRequest ListAliasesResponse ListCollectionsRequest ListCollectionsResponse
        ListModelsRequest ListModelsResponse ListPointsRequest ListPointsResponse LoadModelRequest
        LoadModelResponse ReadRequest ReadResponse SearchRequest SearchResponse SetAliasRequest
        SetAliasResponse UnloadModelRequest UnloadModelResponse UpdateCollectionRequest
        UpdateCollectionResponse UpdatePayloadRequest UpdatePayloadResponse UpsertPointsRequest
        UpsertPointsResponse
    )
}

/// Base64 of each message by name. One that cannot be encoded is told and left out.
pub(crate) fn encode(golden: &[Value]) -> Map<String, Value> {
    let encoded = golden.iter().filter_map(|message| {
        let (name, kind) = (text(&message["name"]), text(&message["type"]));
        let bytes = contract::encode(kind, &message["json"])
            .and_then(|bytes| through_generated(kind, &bytes))
            .inspect_err(|error| eprintln!("{name} cannot be encoded: {error}"));
        Some((name.into(), json!(BASE64_STANDARD.encode(bytes.ok()?))))
    });
    encoded.collect()
}

/// JSON of each message. One that cannot be decoded is told and left out.
pub(crate) fn decode(messages: &[Value]) -> Vec<Value> {
    let decoded = messages.iter().filter_map(|message| {
        let (name, kind) = (text(&message["name"]), text(&message["type"]));
        let json = BASE64_STANDARD
            .decode(text(&message["bytes"]))
            .map_err(|error| error.to_string())
            .and_then(|bytes| through_generated(kind, &bytes))
            .and_then(|bytes| contract::decode(kind, &bytes))
            .inspect_err(|error| eprintln!("{name} cannot be decoded: {error}"));
        Some(json!({"name": name, "json": json.ok()?}))
    });
    decoded.collect()
}

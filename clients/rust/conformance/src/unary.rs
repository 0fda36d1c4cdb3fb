//! Cases of single calls: through stubs, of files, and of health.

use ocelli_client::{Client, Error, ServingStatus, v1};
use serde_json::{Value, json};

use crate::contract::{from_json, to_json};
use crate::json::text;
use crate::observed::Observed;
use crate::stand_in::Plan;

/// Calls `rpc` with `request` through the generated stub.
pub(crate) async fn stub(client: &Client, rpc: &str, request: &Value) -> Result<Observed, String> {
    macro_rules! one_of {
        ($($rpc:literal => $stub:ident.$method:ident, $request:ident, $response:ident;)+) => {
            match rpc {
                $($rpc => {
                    let message: v1::$request = from_json(stringify!($request), request)?;
                    match client.$stub().$method(message).await {
                        Ok(response) => Ok(to_json(stringify!($response), response.get_ref())?),
                        Err(status) => Err(Error::from(status)),
                    }
                })+
                _ => return Err(format!("there is no unary {rpc}")),
            }
        };
    }
    let response = one_of! {
        "DetectService/Detect" => detect_stub.detect, DetectRequest, DetectResponse;
        "EmbedService/Embed" => embed_stub.embed, EmbedRequest, EmbedResponse;
        "ModelService/ListModels" => model_stub.list_models, ListModelsRequest, ListModelsResponse;
        "ModelService/GetModel" => model_stub.get_model, GetModelRequest, GetModelResponse;
        "ModelService/LoadModel" => model_stub.load_model, LoadModelRequest, LoadModelResponse;
        "ModelService/UnloadModel" => model_stub.unload_model, UnloadModelRequest, UnloadModelResponse;
        "SearchService/CreateCollection" => search_stub.create_collection, CreateCollectionRequest, CreateCollectionResponse;
        "SearchService/GetCollection" => search_stub.get_collection, GetCollectionRequest, GetCollectionResponse;
        "SearchService/ListCollections" => search_stub.list_collections, ListCollectionsRequest, ListCollectionsResponse;
        "SearchService/DeleteCollection" => search_stub.delete_collection, DeleteCollectionRequest, DeleteCollectionResponse;
        "SearchService/UpsertPoints" => search_stub.upsert_points, UpsertPointsRequest, UpsertPointsResponse;
        "SearchService/GetPoints" => search_stub.get_points, GetPointsRequest, GetPointsResponse;
        "SearchService/DeletePoints" => search_stub.delete_points, DeletePointsRequest, DeletePointsResponse;
        "SearchService/CountPoints" => search_stub.count_points, CountPointsRequest, CountPointsResponse;
        "SearchService/Search" => search_stub.search, SearchRequest, SearchResponse;
    };
    Ok(Observed::of_response(response))
}

/// Detects objects in a file under the plan's folder.
pub(crate) async fn file(client: &Client, path: &str, plan: &Plan<'_>) -> Result<Observed, String> {
    Ok(match client.detect_file(plan.files.join(path)).await {
        Ok(response) => Observed::of_response(Ok(to_json("DetectResponse", &response)?)),
        Err(error) => Observed::of_error(&error),
    })
}

/// Asks after a service.
pub(crate) async fn health(client: &Client, service: &Value) -> Observed {
    let status = client.health(text(service)).await;
    let name = |status: ServingStatus| json!({"status": status.as_str_name()});
    Observed::of_response(status.map(name))
}

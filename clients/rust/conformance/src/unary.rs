//! Cases of single calls: through stubs, of files, and of health.

use ocelli_client::{Client, Error, ServingStatus, v1};
use serde_json::{Value, json};

use crate::contract::{from_json, to_json};
use crate::json::text;
use crate::observed::Observed;
use crate::plan::Plan;

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
        "CollectionService/CreateCollection" => collection_stub.create_collection, CreateCollectionRequest, CreateCollectionResponse;
        "CollectionService/GetCollection" => collection_stub.get_collection, GetCollectionRequest, GetCollectionResponse;
        "CollectionService/ListCollections" => collection_stub.list_collections, ListCollectionsRequest, ListCollectionsResponse;
        "CollectionService/UpdateCollection" => collection_stub.update_collection, UpdateCollectionRequest, UpdateCollectionResponse;
        "CollectionService/SetAlias" => collection_stub.set_alias, SetAliasRequest, SetAliasResponse;
        "CollectionService/DeleteAlias" => collection_stub.delete_alias, DeleteAliasRequest, DeleteAliasResponse;
        "CollectionService/ListAliases" => collection_stub.list_aliases, ListAliasesRequest, ListAliasesResponse;
        "CollectionService/DeleteCollection" => collection_stub.delete_collection, DeleteCollectionRequest, DeleteCollectionResponse;
        "ClassifyService/Classify" => classify_stub.classify, ClassifyRequest, ClassifyResponse;
        "DetectService/Detect" => detect_stub.detect, DetectRequest, DetectResponse;
        "EmbedService/Embed" => embed_stub.embed, EmbedRequest, EmbedResponse;
        "ModelService/ListModels" => model_stub.list_models, ListModelsRequest, ListModelsResponse;
        "ModelService/GetModel" => model_stub.get_model, GetModelRequest, GetModelResponse;
        "ModelService/LoadModel" => model_stub.load_model, LoadModelRequest, LoadModelResponse;
        "ModelService/UnloadModel" => model_stub.unload_model, UnloadModelRequest, UnloadModelResponse;
        "PointService/UpsertPoints" => point_stub.upsert_points, UpsertPointsRequest, UpsertPointsResponse;
        "PointService/GetPoints" => point_stub.get_points, GetPointsRequest, GetPointsResponse;
        "PointService/ListPoints" => point_stub.list_points, ListPointsRequest, ListPointsResponse;
        "PointService/CountPoints" => point_stub.count_points, CountPointsRequest, CountPointsResponse;
        "PointService/DeletePoints" => point_stub.delete_points, DeletePointsRequest, DeletePointsResponse;
        "PointService/UpdatePayload" => point_stub.update_payload, UpdatePayloadRequest, UpdatePayloadResponse;
        "ReadService/Read" => read_stub.read, ReadRequest, ReadResponse;
        "SearchService/Search" => search_stub.search, SearchRequest, SearchResponse;
        "SearchService/BatchSearch" => search_stub.batch_search, BatchSearchRequest, BatchSearchResponse;
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

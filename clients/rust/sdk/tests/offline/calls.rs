//! What calls send, and what they make of the answers.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use ocelli_client::v1::update_payload_request::Change;
use ocelli_client::v1::{self, ErrorReason, batch_search_answer};
use ocelli_client::{
    Client, Code, Options, PointSelector, Priority, filter, image, payload, query, search_request,
};
use tokio::net::TcpListener;
use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt};

use crate::server::{Call, Calls, Reply, client_of, serve_on};

fn last(calls: &Calls) -> Call {
    calls.lock().expect("calls").last().expect("a call").clone()
}

fn draining(delay: Duration) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info("DRAINING", v1::sdk::ERROR_DOMAIN, []);
    details.set_retry_info(Some(delay));
    Status::with_error_details(Code::Unavailable, "the server is draining", details)
}

#[tokio::test]
async fn calls_carry_the_priority_of_their_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let calls = serve_on(listener, |_, _| Reply::of(&v1::DetectResponse::default()));
    for (priority, expected) in [(Priority::Interactive, ""), (Priority::Batch, "batch")] {
        let options = Options::default().priority(priority);
        let client = Client::connect_with(&address, options).await.expect("settings");
        client.detect(image::from_bytes(vec![1])).await.expect("an answer");
        assert_eq!(last(&calls).priority, expected);
    }
}

#[tokio::test]
async fn a_repetition_waits_as_long_as_the_server_asks() {
    let delay = Duration::from_millis(700);
    let (client, calls) = client_of(move |_, before| match before {
        0 => Reply::Status(draining(delay)),
        _ => Reply::of(&v1::DetectResponse::default()),
    })
    .await;
    let started = Instant::now();
    client.detect(image::from_bytes(vec![1])).await.expect("an answer to the second attempt");
    assert!(started.elapsed() >= delay, "{:?}", started.elapsed());
    assert_eq!(calls.lock().expect("calls").len(), 2);
}

#[tokio::test]
async fn what_may_not_be_repeated_is_sent_once_and_its_error_has_the_generated_hint() {
    let (client, calls) = client_of(|_, _| Reply::Status(draining(Duration::ZERO))).await;
    let error = client.delete_points("photos", ["a"]).await.expect_err("draining");
    assert_eq!(calls.lock().expect("calls").len(), 1);
    assert_eq!(error.reason(), Some(ErrorReason::Draining));
    assert_eq!(error.hint(), v1::sdk::hint(ErrorReason::Draining));
    assert_eq!(error.retry_after(), Some(Duration::ZERO));

    client.update_collection(v1::Collection::default(), ["model"]).await.expect_err("draining");
    assert_eq!(calls.lock().expect("calls").len(), 4);

    client.delete_alias("photos").await.expect_err("draining");
    assert_eq!(calls.lock().expect("calls").len(), 5);
    client.set_alias("photos", "photos-2").await.expect_err("draining");
    assert_eq!(calls.lock().expect("calls").len(), 8);
}

#[tokio::test]
async fn an_alias_tells_where_it_pointed_before() {
    let (client, calls) = client_of(|call, before| match call.path.as_str() {
        "/ocelli.v1.CollectionService/SetAlias" => {
            let previous_collection = if before == 0 { String::new() } else { "photos-1".into() };
            Reply::of(&v1::SetAliasResponse { previous_collection })
        }
        _ => Reply::of(&v1::DeleteAliasResponse::default()),
    })
    .await;
    assert_eq!(client.set_alias("photos", "photos-1").await.expect("set"), None);
    let before = client.set_alias("photos", "photos-2").await.expect("set");
    assert_eq!(before.as_deref(), Some("photos-1"));
    let request = last(&calls).request::<v1::SetAliasRequest>();
    assert_eq!((request.alias.as_str(), request.collection.as_str()), ("photos", "photos-2"));
    client.delete_alias("photos").await.expect("gone");
    assert_eq!(last(&calls).request::<v1::DeleteAliasRequest>().alias, "photos");
}

#[tokio::test]
async fn filters_ask_for_words() {
    let (client, calls) = client_of(|_, _| Reply::of(&v1::CountPointsResponse::default())).await;
    for (filter, text, any_word) in [
        (filter::matches("note", "night rain"), "night rain", false),
        (filter::matches_any("note", "gate yard"), "gate yard", true),
    ] {
        client.count_points("photos", Some(filter)).await.expect("a count");
        let sent = last(&calls).request::<v1::CountPointsRequest>().filter.expect("a filter");
        let words = v1::FilterMatch { field: "note".into(), text: text.into(), any_word };
        assert_eq!(sent.condition, Some(v1::filter::Condition::Match(words)));
    }
}

#[tokio::test]
async fn reasons_of_another_domain_are_not_ours() {
    let (client, _) = client_of(|_, _| {
        let details = ErrorDetails::with_error_info("DRAINING", "elsewhere", []);
        Reply::Status(Status::with_error_details(Code::Aborted, "no", details))
    })
    .await;
    let error = client.get_model("m").await.expect_err("refused");
    assert_eq!((error.code(), error.reason()), (Code::Aborted, None));
}

#[tokio::test]
async fn loading_a_model_may_take_longer_than_other_calls() {
    let (client, calls) = client_of(|call, _| match call.path.as_str() {
        "/ocelli.v1.ModelService/LoadModel" => Reply::of(&v1::LoadModelResponse::default()),
        _ => Reply::of(&v1::UnloadModelResponse::default()),
    })
    .await;
    let announced_ms = || last(&calls).timeout.trim_end_matches('m').parse::<u64>().expect("ms");
    client.load_model("m").await.expect("loaded");
    assert!((599_000..=600_000).contains(&announced_ms()), "{}", announced_ms());
    client.unload_model("m").await.expect("unloaded");
    assert!((9_000..=10_000).contains(&announced_ms()), "{}", announced_ms());
    client.with_timeout(Duration::from_secs(5)).load_model("m").await.expect("loaded");
    assert!(announced_ms() <= 5_000);
}

#[tokio::test]
async fn lists_go_on_over_all_pages() {
    let (client, calls) = client_of(|call, _| {
        let name = |name: &str| name.to_owned();
        match call.path.as_str() {
            "/ocelli.v1.ModelService/ListModels" => {
                let token = call.request::<v1::ListModelsRequest>().page_token;
                let (model, next_page_token) =
                    if token.is_empty() { ("a", name("2")) } else { ("b", name("")) };
                let models = vec![v1::Model { name: name(model), ..Default::default() }];
                Reply::of(&v1::ListModelsResponse { models, next_page_token })
            }
            "/ocelli.v1.CollectionService/ListCollections" => {
                let token = call.request::<v1::ListCollectionsRequest>().page_token;
                let next_page_token = if token.is_empty() { name("2") } else { name("") };
                let collections = vec![v1::Collection { name: token, ..Default::default() }];
                Reply::of(&v1::ListCollectionsResponse { collections, next_page_token })
            }
            "/ocelli.v1.CollectionService/ListAliases" => {
                let token = call.request::<v1::ListAliasesRequest>().page_token;
                let next_page_token = if token.is_empty() { name("2") } else { name("") };
                let aliases = vec![v1::Alias { alias: token, collection: name("photos") }];
                Reply::of(&v1::ListAliasesResponse { aliases, next_page_token })
            }
            _ => {
                let request = call.request::<v1::ListPointsRequest>();
                assert_eq!(request.filter, Some(filter::equals("label", "cat")));
                let page: u32 = request.page_token.parse().unwrap_or(0);
                let id = |index: u32| v1::Point { id: index.to_string(), ..Default::default() };
                // The second page is empty, which does not make it the last.
                let points = if page == 1 { vec![] } else { vec![id(page * 2), id(page * 2 + 1)] };
                let next_page_token = if page < 2 { (page + 1).to_string() } else { name("") };
                Reply::of(&v1::ListPointsResponse { points, next_page_token })
            }
        }
    })
    .await;
    let models = client.list_models().await.expect("models");
    assert_eq!(models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let collections = client.list_collections().await.expect("collections");
    assert_eq!(collections.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["", "2"]);
    let aliases = client.list_aliases().await.expect("aliases");
    assert_eq!(aliases.iter().map(|it| it.alias.as_str()).collect::<Vec<_>>(), ["", "2"]);

    let before = calls.lock().expect("calls").len();
    let mut points = client.list_points("photos", Some(filter::equals("label", "cat")));
    assert_eq!(calls.lock().expect("calls").len(), before, "nothing is asked for in advance");
    let mut ids = Vec::new();
    while let Some(point) = points.try_next().await.expect("a point") {
        ids.push(point.id);
    }
    assert_eq!(ids, ["0", "1", "4", "5"]);
    assert_eq!(calls.lock().expect("calls").len(), before + 3);
}

#[tokio::test]
async fn a_list_ends_with_the_error_of_a_page() {
    let (client, _) = client_of(|_, before| match before {
        0 => Reply::of(&v1::ListPointsResponse {
            points: vec![v1::Point::default()],
            next_page_token: "2".into(),
        }),
        _ => Reply::Status(Status::invalid_argument("no such page")),
    })
    .await;
    let mut points = client.list_points("photos", None);
    assert!(points.try_next().await.expect("a point").is_some());
    assert_eq!(points.try_next().await.expect_err("no page").code(), Code::InvalidArgument);
    assert!(points.try_next().await.expect("an end").is_none());
}

#[tokio::test]
async fn points_are_chosen_by_id_or_filter() {
    let (client, calls) = client_of(|call, _| match call.path.as_str() {
        "/ocelli.v1.PointService/DeletePoints" => {
            Reply::of(&v1::DeletePointsResponse { deleted: 3 })
        }
        _ => Reply::of(&v1::UpdatePayloadResponse { updated: 2 }),
    })
    .await;
    let cats = || filter::equals("label", "cat");
    let chosen = |calls: &Calls| {
        let request = last(calls).request::<v1::UpdatePayloadRequest>();
        assert_eq!(request.collection, "photos");
        (request.ids, request.filter, request.change.expect("a change"))
    };
    let year = || payload([("year", 2024.into())]);
    let ids = vec!["a".to_owned(), "b".to_owned()];

    assert_eq!(client.delete_points("photos", ids.clone()).await.expect("deleted"), 3);
    let request = last(&calls).request::<v1::DeletePointsRequest>();
    assert_eq!((request.ids, request.filter), (ids.clone(), None));
    client.delete_points("photos", cats()).await.expect("deleted");
    let request = last(&calls).request::<v1::DeletePointsRequest>();
    assert_eq!((request.ids, request.filter), (vec![], Some(cats())));

    assert_eq!(client.merge_payload("photos", ["a", "b"], year()).await.expect("merged"), 2);
    assert_eq!(chosen(&calls), (ids, None, Change::Merge(year())));
    client.replace_payload("photos", cats(), year()).await.expect("replaced");
    assert_eq!(chosen(&calls), (vec![], Some(cats()), Change::Replace(year())));
    client.delete_payload_keys("photos", PointSelector::from(["c"]), ["year"]).await.expect("gone");
    let keys = v1::PayloadKeys { keys: vec!["year".into()] };
    assert_eq!(chosen(&calls), (vec!["c".into()], None, Change::DeleteKeys(keys)));
}

#[tokio::test]
async fn searches_of_a_batch_succeed_or_fail_alone() {
    let (client, calls) = client_of(|_, _| {
        let hits = vec![v1::Hit { id: "a".into(), ..Default::default() }];
        let found = v1::SearchResponse { hits, ..Default::default() };
        let failed = tonic_types::Status { code: 5, ..Default::default() };
        let outcomes = [
            Some(batch_search_answer::Outcome::Result(found)),
            Some(batch_search_answer::Outcome::Error(failed)),
            None,
        ];
        let answers = outcomes.map(|outcome| v1::BatchSearchAnswer { outcome }).into();
        Reply::of(&v1::BatchSearchResponse { answers })
    })
    .await;
    let requests = vec![
        search_request("photos", query::vector([1.0, 0.0])),
        search_request("photos", query::id("gone")),
        search_request("", query::text("a cat")),
    ];
    let outcomes = client.batch_search("photos", requests.clone()).await.expect("outcomes");
    assert_eq!(last(&calls).request::<v1::BatchSearchRequest>().requests, requests);
    assert_eq!(outcomes[0].as_ref().expect("hits").hits[0].id, "a");
    assert_eq!(outcomes[1].as_ref().expect_err("no point").code(), Code::NotFound);
    assert_eq!(outcomes[2].as_ref().expect_err("no outcome").code(), Code::Internal);
}

#[tokio::test]
async fn images_and_texts_are_embedded() {
    let (client, calls) = client_of(|_, _| Reply::of(&v1::EmbedResponse::default())).await;
    client.embed("a cat").await.expect("an answer");
    let request = last(&calls).request::<v1::EmbedRequest>();
    assert_eq!(request.input, Some(v1::embed_request::Input::Text("a cat".into())));
    client.embed(image::from_bytes(vec![7])).await.expect("an answer");
    let request = last(&calls).request::<v1::EmbedRequest>();
    assert_eq!(request.input, Some(v1::embed_request::Input::Image(image::from_bytes(vec![7]))));
}

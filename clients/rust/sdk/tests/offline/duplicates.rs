//! Groups of points that are nearly the same, as they come.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use ocelli_client::v1::find_duplicates_response::Message;
use ocelli_client::v1::{self, FindDuplicatesProgress, FindDuplicatesRequest};
use ocelli_client::{Client, Code, filter};
use prost::Message as _;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tonic::Status;

use crate::server::{Reply, client_of};

fn progress() -> FindDuplicatesProgress {
    FindDuplicatesProgress { points_done: 5, points_total: 10 }
}

fn group(ids: &[&str]) -> v1::DuplicateGroup {
    let hit = |id: &&str| v1::Hit { id: (*id).into(), score: 0.5, ..Default::default() };
    v1::DuplicateGroup { points: ids.iter().map(hit).collect(), size: ids.len() as u64 }
}

fn encoded(message: Message) -> Vec<u8> {
    v1::FindDuplicatesResponse { message: Some(message) }.encode_to_vec()
}

#[tokio::test]
async fn groups_come_after_the_progress() {
    let (client, calls) = client_of(|_, _| {
        let found = [
            Message::Progress(progress()),
            Message::Group(group(&["a", "b", "c"])),
            Message::Group(group(&["x", "y"])),
        ];
        Reply::Messages(found.map(encoded).into(), Status::ok(""))
    })
    .await;
    let groups: Vec<_> = client.find_duplicates("photos", 0.5).try_collect().await.expect("groups");
    assert_eq!(groups, [group(&["a", "b", "c"]), group(&["x", "y"])]);

    let mut request = FindDuplicatesRequest {
        collection: "photos".into(),
        score_threshold: Some(0.5),
        ..Default::default()
    };
    let sent = |at: usize| calls.lock().expect("calls")[at].clone();
    assert_eq!(sent(0).request::<FindDuplicatesRequest>(), request);
    assert_eq!(sent(0).timeout, "", "it may take any time");

    request.filter = Some(filter::matches_any("note", "gate yard"));
    let client = client.with_timeout(Duration::from_secs(5));
    let first = client.find_duplicates_with(request.clone()).next().await.expect("a message");
    assert_eq!(first.expect("progress"), Message::Progress(progress()));
    assert_eq!(sent(1).request::<FindDuplicatesRequest>(), request);
    assert_eq!(sent(1).timeout, "5000m");
}

#[tokio::test]
async fn a_search_is_repeated_until_something_of_it_has_come() {
    let unavailable = || Status::unavailable("gone");
    let found = || vec![encoded(Message::Group(group(&["a", "b"])))];
    let (client, calls) = client_of(move |_, before| match before {
        0 => Reply::Status(unavailable()),
        1 => Reply::Refused,
        2 => Reply::Messages(found(), Status::ok("")),
        _ => Reply::Messages(found(), unavailable()),
    })
    .await;
    let groups: Vec<_> = client.find_duplicates("photos", 0.5).try_collect().await.expect("groups");
    assert_eq!(groups, [group(&["a", "b"])]);
    assert_eq!(calls.lock().expect("calls").len(), 3);

    let mut groups = client.find_duplicates("photos", 0.5);
    assert_eq!(groups.next().await.expect("a group").expect("a group"), group(&["a", "b"]));
    let error = groups.next().await.expect("an end").expect_err("the server is gone");
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(calls.lock().expect("calls").len(), 4);
}

#[tokio::test]
async fn a_search_ends_with_its_error() {
    let (client, calls) = client_of(|_, _| Reply::Status(Status::not_found("no such"))).await;
    let mut groups = client.find_duplicates("photos", 0.5);
    let error = groups.next().await.expect("an end").expect_err("no such collection");
    assert_eq!(error.code(), Code::NotFound);
    assert!(groups.next().await.is_none());
    assert_eq!(calls.lock().expect("calls").len(), 1);
}

#[tokio::test]
async fn dropping_the_stream_ends_the_search() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let (arrived, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begun, left) = (Arc::clone(&arrived), Arc::clone(&ended));
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.expect("a connection");
        let mut connection = h2::server::handshake(socket).await.expect("HTTP/2");
        let (_, mut respond) = connection.accept().await.expect("a call").expect("a call");
        begun.notify_one();
        tokio::spawn(async move {
            let reset = std::future::poll_fn(|cx| respond.poll_reset(cx)).await;
            assert_eq!(reset.expect("a reset"), h2::Reason::CANCEL);
            left.notify_one();
        });
        while connection.accept().await.is_some() {}
    });
    let client = Client::connect(&address).await.expect("an address");
    let mut groups = client.find_duplicates("photos", 0.5);
    tokio::select! {
        _ = groups.next() => panic!("nothing was answered"),
        () = arrived.notified() => drop(groups),
    }
    tokio::time::timeout(Duration::from_secs(10), ended.notified()).await.expect("an end");
}

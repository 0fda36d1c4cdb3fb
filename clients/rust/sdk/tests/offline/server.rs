//! A gRPC server whose answers a test makes by hand.

use std::sync::{Arc, Mutex};

use bytes::{BufMut, Bytes, BytesMut};
use h2::server::SendResponse;
use http::{HeaderMap, Request, Response};
use ocelli_client::Client;
use ocelli_client::v1::{DetectStreamResponse, StreamWindow, detect_stream_response};
use prost::Message;
use tokio::net::{TcpListener, TcpStream};
use tonic::{Code, Status};

/// Length of gRPC's prefix of a message: a flag, and the length of what follows.
const PREFIX_BYTES: usize = 5;

/// One call as it arrived.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) path: String,
    /// Value of `grpc-timeout`.
    pub(crate) timeout: String,
    /// Value of `ocelli-priority`.
    pub(crate) priority: String,
    message: Bytes,
}

impl Call {
    /// The request.
    pub(crate) fn request<M: Message + Default>(&self) -> M {
        M::decode(self.message.clone()).expect("a message of this type")
    }
}

/// How the server ends a call.
pub(crate) enum Reply {
    Message(Vec<u8>),
    /// Many answers, then this.
    Messages(Vec<Vec<u8>>, Status),
    Status(Status),
    /// An answer in HTTP, without gRPC.
    Http(u16),
    /// The stream is refused before it is processed.
    Refused,
    /// A window, then this.
    Stream(Status),
}

impl Reply {
    pub(crate) fn of(message: &impl Message) -> Self {
        Self::Message(message.encode_to_vec())
    }
}

/// The calls that a server saw.
pub(crate) type Calls = Arc<Mutex<Vec<Call>>>;

/// A client of a server that replies so to each call, given it and the number of those before.
pub(crate) async fn client_of(
    reply: impl Fn(&Call, usize) -> Reply + Clone + Send + Sync + 'static,
) -> (Client, Calls) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let calls = serve_on(listener, reply);
    (Client::connect(&address).await.expect("an address"), calls)
}

/// Serves so at a port.
pub(crate) fn serve_on(
    listener: TcpListener,
    reply: impl Fn(&Call, usize) -> Reply + Clone + Send + Sync + 'static,
) -> Calls {
    let calls = Calls::default();
    let seen = Arc::clone(&calls);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, reply.clone(), Arc::clone(&seen)));
        }
    });
    calls
}

async fn serve(
    socket: TcpStream,
    reply: impl Fn(&Call, usize) -> Reply + Clone + Send + Sync + 'static,
    calls: Calls,
) {
    let mut connection = h2::server::handshake(socket).await.expect("HTTP/2");
    // Accepting drives the whole connection, so each call has a task of its own.
    while let Some(Ok((request, respond))) = connection.accept().await {
        let (reply, calls) = (reply.clone(), Arc::clone(&calls));
        tokio::spawn(async move {
            let call = read(request).await;
            let before = {
                let mut calls = calls.lock().expect("calls");
                calls.push(call.clone());
                calls.len() - 1
            };
            respond_with(respond, reply(&call, before));
        });
    }
}

/// Reads a call and its first message; a stream may have more.
async fn read(request: Request<h2::RecvStream>) -> Call {
    let (parts, mut body) = request.into_parts();
    let mut bytes = BytesMut::new();
    while !is_whole(&bytes) {
        bytes.put(body.data().await.expect("the rest of a message").expect("the request"));
    }
    let header =
        |name| parts.headers.get(name).map_or("", |value| value.to_str().expect("text")).into();
    let message = bytes.freeze().slice(PREFIX_BYTES..);
    Call {
        path: parts.uri.path().into(),
        timeout: header("grpc-timeout"),
        priority: header("ocelli-priority"),
        message,
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    let length = bytes.get(1..PREFIX_BYTES).and_then(|length| length.try_into().ok());
    let length = length.map(|length| u32::from_be_bytes(length) as usize);
    length.is_some_and(|length| bytes.len() >= PREFIX_BYTES + length)
}

pub(crate) fn respond_with(mut respond: SendResponse<Bytes>, reply: Reply) {
    let (messages, status) = match reply {
        Reply::Message(message) => (vec![message], Status::new(Code::Ok, "")),
        Reply::Messages(messages, status) => (messages, status),
        Reply::Status(status) => (vec![], status),
        Reply::Http(status) => {
            let response = Response::builder().status(status).header("content-type", "text/html");
            respond.send_response(response.body(()).expect("a response"), true).expect("sent");
            return;
        }
        Reply::Refused => return respond.send_reset(h2::Reason::REFUSED_STREAM),
        Reply::Stream(status) => {
            let window = StreamWindow { max_unanswered_frames: 1, ..Default::default() };
            let message = Some(detect_stream_response::Message::Window(window));
            (vec![DetectStreamResponse { message }.encode_to_vec()], status)
        }
    };
    let response = Response::builder().header("content-type", "application/grpc");
    let mut stream =
        respond.send_response(response.body(()).expect("a response"), false).expect("sent");
    for message in messages {
        let mut framed = BytesMut::new();
        framed.put_u8(0);
        framed.put_u32(u32::try_from(message.len()).expect("a small message"));
        framed.put_slice(&message);
        stream.send_data(framed.freeze(), false).expect("sent");
    }
    let mut trailers = HeaderMap::new();
    status.add_header(&mut trailers).expect("trailers");
    stream.send_trailers(trailers).expect("sent");
}

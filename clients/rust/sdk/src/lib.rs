//! Client for Ocelli: images, video frames and vectors in; boxes, classes, text, embeddings and
//! nearest neighbours out, over gRPC.
//!
//! ```no_run
//! # async fn example() -> Result<(), ocelli_client::Error> {
//! let client = ocelli_client::Client::connect("127.0.0.1:8500").await?;
//! let found = client.detect_file("street.jpg").await?;
//! for object in found.result.unwrap_or_default().detections {
//!     println!("{} {:.2} {:?}", object.label, object.score, object.r#box);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Requests and answers are the messages of the contract, [`v1`], as generated; [`image`],
//! [`filter`], [`payload()`], [`query`] and [`search_request`] make the common ones. Streams take any [`Stream`]
//! of [`Frame`]s or [`IndexEntry`]s and are one of [`Answers`]. A call must run in a Tokio runtime.

mod client;
mod connection;
mod deadline;
mod error;
pub mod filter;
mod frame;
pub mod image;
mod index;
mod input;
mod options;
mod payload;
mod pending;
mod points;
pub mod query;
pub mod reason;
mod resumption;
mod retry;
mod status;
mod stream;
mod tls;
mod token;
mod unreachable;

pub use client::Client;
pub use connection::Connection;
pub use error::{Error, FieldViolation};
pub use frame::{Frame, FrameAnswer, Outcome};
pub use futures_util::Stream;
pub use index::{IndexAnswer, IndexEntry};
pub use input::Input;
pub use ocelli_proto::v1;
pub use options::{Options, Priority};
pub use payload::{PayloadExt, payload};
pub use points::PointSelector;
pub use prost_types;
pub use query::{Query, search_request};
pub use retry::Retry;
pub use stream::Answers;
pub use tls::Tls;
pub use token::Token;
pub use tonic::Code;
pub use tonic_health::pb::health_check_response::ServingStatus;

/// The snippets of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

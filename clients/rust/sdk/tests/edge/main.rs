//! The client against a running edge, whose address `OCELLI_TARGET` gives.

mod calls;
mod classify;
mod colors;
mod faults;
mod masks;
mod read;
mod relay;
mod streams;
mod versions;
mod words;

use std::path::PathBuf;

use ocelli_client::Client;

/// Address of the edge.
fn target() -> String {
    std::env::var("OCELLI_TARGET")
        .expect("OCELLI_TARGET, the address of a running edge; scripts/with-edge sets it")
}

async fn client() -> Client {
    Client::connect(&target()).await.expect("an address")
}

/// A photo of the demo's media.
fn photo(name: &str) -> PathBuf {
    let home = std::env::var_os("OCELLI_HOME").map(PathBuf::from);
    let home =
        home.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../.ocelli").into());
    home.join("media").join(name)
}

async fn cat() -> Vec<u8> {
    tokio::fs::read(photo("cat.png")).await.expect("cat.png; `make models` installs it")
}

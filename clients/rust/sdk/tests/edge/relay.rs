//! A relay in front of the edge that refuses its first connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// Address of the relay, and how many connections were made to it.
pub(crate) struct Relay {
    pub(crate) address: String,
    pub(crate) connections: Arc<AtomicUsize>,
}

/// Starts a relay that closes `refused` connections and passes on what comes later.
pub(crate) async fn start(refused: usize) -> Relay {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            if seen.fetch_add(1, Ordering::SeqCst) < refused {
                continue;
            }
            tokio::spawn(async move {
                let mut edge = TcpStream::connect(crate::target()).await.expect("the edge");
                // Either side may leave: that is how connections end.
                let _ = copy_bidirectional(&mut caller, &mut edge).await;
            });
        }
    });
    Relay { address, connections }
}

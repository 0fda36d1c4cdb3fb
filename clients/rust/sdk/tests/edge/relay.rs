//! A relay in front of the edge that refuses its first connections, and cuts them when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Address of the relay, and how many connections were made to it.
pub(crate) struct Relay {
    pub(crate) address: String,
    pub(crate) connections: Arc<AtomicUsize>,
    /// While it is false, all connections are cut.
    pub(crate) open: watch::Sender<bool>,
}

/// Starts a relay that closes `refused` connections and passes on what comes later.
pub(crate) async fn start(refused: usize) -> Relay {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    let (open, is_open) = watch::channel(true);
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            if seen.fetch_add(1, Ordering::SeqCst) < refused || !*is_open.borrow() {
                continue;
            }
            let mut is_open = is_open.clone();
            tokio::spawn(async move {
                let mut edge = TcpStream::connect(crate::target()).await.expect("the edge");
                tokio::select! {
                    // Either side may leave: that is how connections end.
                    _ = copy_bidirectional(&mut caller, &mut edge) => {}
                    _ = is_open.wait_for(|open| !open) => {}
                }
            });
        }
    });
    Relay { address, connections, open }
}

//! The servers that an address stands for. Each call goes to the next one that is connected; a name is
//! looked up again when one was lost.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::sync::watch;
use tokio::time::Instant;
use tonic::transport::{Channel, Endpoint};

use super::once::Once;
use super::target::Target;
use crate::error::Error;
use crate::unreachable::{no_response, unreachable};

/// How soon a server that could not be reached is connected to again, unless a call has no other.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LAST_PAUSE: Duration = Duration::from_secs(5);
/// How soon a name is looked up again.
const LOOKUP_PAUSE: Duration = Duration::from_secs(1);

/// All servers of an address.
#[derive(Debug)]
pub(super) struct Replicas {
    address: Arc<str>,
    target: Target,
    /// One for each URI of the target.
    endpoints: Vec<Endpoint>,
    state: Mutex<State>,
    /// Told of every change of the state that somebody may wait for.
    changes: watch::Sender<()>,
}

/// A connection, for one call.
pub(super) struct Link {
    pub(super) channel: Channel,
    server: SocketAddr,
    connection: u64,
    /// When it was made.
    pub(super) made: Instant,
}

#[derive(Debug, Default)]
struct State {
    replicas: Vec<Replica>,
    turn: usize,
    looking_up: bool,
    looked_up: Option<Instant>,
    /// Why the name was not found.
    failure: Option<Error>,
}

#[derive(Debug)]
struct Replica {
    server: SocketAddr,
    endpoint: Endpoint,
    channel: Option<Channel>,
    /// How many connections there were; tells one from another.
    connections: u64,
    /// When the last of them was made.
    made: Instant,
    connecting: bool,
    failure: Option<Error>,
    failed_at: Option<Instant>,
    pause: Duration,
    not_before: Instant,
}

impl Replicas {
    pub(super) fn new(address: Arc<str>, target: Target, endpoints: Vec<Endpoint>) -> Arc<Self> {
        let known = target.servers.iter().zip(&endpoints);
        let replicas = known.map(|(server, endpoint)| Replica::new(*server, endpoint)).collect();
        let turn = usize::from(RandomState::new().hash_one(()).to_le_bytes()[0]);
        let state = Mutex::new(State { replicas, turn, ..State::default() });
        Arc::new(Self { address, target, endpoints, state, changes: watch::Sender::new(()) })
    }

    /// The connection whose turn it is. Where there is none it is the first that can be made.
    pub(super) async fn next(self: &Arc<Self>) -> Result<Link, Error> {
        let mut changes = self.changes.subscribe();
        let began = Instant::now();
        let (mut looked_up, mut connected) = (false, false);
        loop {
            {
                let mut state = self.state();
                let is_empty = state.replicas.is_empty();
                if (is_empty && !looked_up) || self.is_lookup_due(&state) {
                    self.look_up(&mut state);
                    looked_up = true;
                }
                let link = state.in_turn();
                self.connect_lost(&mut state, link.is_none() && !connected);
                connected |= !is_empty;
                if let Some(link) = link {
                    return Ok(link);
                }
                if !state.is_waiting() || state.have_failed_since(began) {
                    return Err(state.failure(&self.address));
                }
            }
            // The sender lives as long as this.
            let _ = changes.changed().await;
        }
    }

    /// Notes that a connection has ended.
    pub(super) fn lose(&self, link: &Link) {
        let mut state = self.state();
        if let Some(replica) = state.replica(link.server)
            && replica.connections == link.connection
        {
            replica.channel = None;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_lookup_due(&self, state: &State) -> bool {
        self.target.servers.is_empty()
            && state.replicas.iter().any(|replica| replica.channel.is_none())
            && state.looked_up.is_none_or(|at| at.elapsed() > LOOKUP_PAUSE)
    }

    fn look_up(self: &Arc<Self>, state: &mut State) {
        if std::mem::replace(&mut state.looking_up, true) {
            return;
        }
        let replicas = Arc::clone(self);
        tokio::spawn(async move {
            let found = lookup_host(replicas.target.name()).await;
            let mut state = replicas.state();
            state.looking_up = false;
            state.looked_up = Some(Instant::now());
            match found {
                Ok(servers) => state.update(servers.collect(), &replicas.endpoints[0]),
                Err(error) => {
                    state.failure = Some(unreachable(&replicas.address, &error.to_string()));
                }
            }
            drop(state);
            replicas.changes.send_replace(());
        });
    }

    /// Connects to servers without a connection: to all, or to those that did not fail a moment ago.
    fn connect_lost(self: &Arc<Self>, state: &mut State, all: bool) {
        let now = Instant::now();
        for replica in &mut state.replicas {
            let lost = replica.channel.is_none() && !replica.connecting;
            if lost && (all || replica.not_before <= now) {
                replica.connecting = true;
                tokio::spawn(Arc::clone(self).connect(replica.server, replica.endpoint.clone()));
            }
        }
    }

    async fn connect(self: Arc<Self>, server: SocketAddr, endpoint: Endpoint) {
        let outcome = endpoint.connect_with_connector(Once::new(server)).await;
        if let Some(replica) = self.state().replica(server) {
            replica.connecting = false;
            match outcome {
                Ok(channel) => replica.up(channel),
                Err(error) => replica.down(no_response(&self.address, &error)),
            }
        }
        self.changes.send_replace(());
    }
}

impl State {
    fn in_turn(&mut self) -> Option<Link> {
        let count = self.replicas.len();
        let mut places = (1..=count).map(|step| (self.turn + step) % count);
        let place = places.find(|at| self.replicas[*at].channel.is_some())?;
        self.turn = place;
        let Replica { server, connections, channel, made, .. } = &self.replicas[place];
        let channel = channel.clone()?;
        Some(Link { channel, server: *server, connection: *connections, made: *made })
    }

    fn is_waiting(&self) -> bool {
        let unknown = self.replicas.is_empty() && self.looking_up;
        unknown || self.replicas.iter().any(|replica| replica.connecting)
    }

    /// Whether nobody could be reached since then, though others may be trying again.
    fn have_failed_since(&self, began: Instant) -> bool {
        let has_failed = |replica: &Replica| replica.failed_at.is_some_and(|at| at >= began);
        !self.replicas.is_empty() && self.replicas.iter().all(has_failed)
    }

    fn failure(&self, address: &str) -> Error {
        let failures = self.replicas.iter().filter_map(|replica| replica.failure.as_ref());
        let failure = failures.last().or(self.failure.as_ref()).cloned();
        failure.unwrap_or_else(|| unreachable(address, "the name has no address"))
    }

    fn replica(&mut self, server: SocketAddr) -> Option<&mut Replica> {
        self.replicas.iter_mut().find(|replica| replica.server == server)
    }

    /// Takes in the servers that a name has now, and lets go of those that it had.
    fn update(&mut self, servers: Vec<SocketAddr>, endpoint: &Endpoint) {
        self.replicas.retain(|replica| servers.contains(&replica.server));
        for server in servers {
            if self.replica(server).is_none() {
                self.replicas.push(Replica::new(server, endpoint));
            }
        }
    }
}

impl Replica {
    fn new(server: SocketAddr, endpoint: &Endpoint) -> Self {
        Self {
            server,
            endpoint: endpoint.clone(),
            channel: None,
            connections: 0,
            made: Instant::now(),
            connecting: false,
            failure: None,
            failed_at: None,
            pause: Duration::ZERO,
            not_before: Instant::now(),
        }
    }

    fn up(&mut self, channel: Channel) {
        self.channel = Some(channel);
        self.connections += 1;
        self.made = Instant::now();
        self.pause = Duration::ZERO;
    }

    fn down(&mut self, failure: Error) {
        self.failure = Some(failure);
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LAST_PAUSE);
        let now = Instant::now();
        self.failed_at = Some(now);
        self.not_before = now + self.pause;
    }
}

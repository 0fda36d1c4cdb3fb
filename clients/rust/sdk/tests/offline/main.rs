//! The client without an edge: servers that are none, and one that answers as each test says.

mod balancing;
mod calls;
mod duplicates;
mod ends;
mod faults;
mod ready;
mod server;

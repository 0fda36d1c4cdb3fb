//! What an address stands for.

use std::net::{IpAddr, SocketAddr};

use http::Uri;

use crate::error::Error;

/// An address as it is given: `host:port`, `dns:///host:port`, or several, `ipv4:IP:port,IP:port`.
#[derive(Debug)]
pub(super) struct Target {
    /// Each `host:port` of it, with the scheme.
    pub(super) uris: Vec<Uri>,
    /// Where each is; empty if a name is to be looked up.
    pub(super) servers: Vec<SocketAddr>,
}

impl Target {
    pub(super) fn parse(address: &str, scheme: &str) -> Result<Self, Error> {
        let invalid = |what: String| {
            let message = format!("the address {address:?} {what}; expected host:port");
            Error::invalid("address", message)
        };
        let several = ["ipv4:", "ipv6:"].iter().find_map(|kind| address.strip_prefix(kind));
        let mut target = Self { uris: Vec::new(), servers: Vec::new() };
        let one = address.strip_prefix("dns:///").unwrap_or(address);
        for authority in several.unwrap_or(one).split(',') {
            let uri: Uri = format!("{scheme}://{authority}")
                .parse()
                .map_err(|error| invalid(format!("cannot be read: {error}")))?;
            if uri.port().is_none() || uri.path() != "/" {
                return Err(invalid("is not one".into()));
            }
            target.servers.extend(authority.parse::<SocketAddr>());
            target.uris.push(uri);
        }
        if several.is_some() && target.servers.len() < target.uris.len() {
            return Err(invalid("has several, of which one is not that of an IP".into()));
        }
        if target.uris.len() > 1 && several.is_none() {
            return Err(invalid("is not one".into()));
        }
        Ok(target)
    }

    /// Host and port of the name that is to be looked up.
    pub(super) fn name(&self) -> (&str, u16) {
        let uri = &self.uris[0];
        (host(uri), uri.port_u16().unwrap_or_default())
    }

    /// Whether all are on this machine, so that nobody else hears what is sent there.
    pub(super) fn is_local(&self) -> bool {
        self.uris.iter().map(host).all(|host| {
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|found| found.is_loopback())
        })
    }
}

fn host(uri: &Uri) -> &str {
    uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(address: &str) -> Target {
        Target::parse(address, "http").expect(address)
    }

    #[test]
    fn plain_text_is_for_this_machine() {
        for (address, expected) in [
            ("localhost:1", true),
            ("127.0.0.2:1", true),
            ("[::1]:1", true),
            ("ipv4:127.0.0.1:1,127.0.0.2:1", true),
            ("ipv4:127.0.0.1:1,192.0.2.1:1", false),
            ("edge.example:1", false),
            ("localhost.example:1", false),
            ("192.0.2.1:1", false),
        ] {
            assert_eq!(target(address).is_local(), expected, "{address}");
        }
    }

    #[test]
    fn only_a_name_is_looked_up() {
        assert_eq!(target("edge.example:8500").name(), ("edge.example", 8500));
        assert_eq!(target("dns:///edge.example:8500").name(), ("edge.example", 8500));
        assert!(target("edge.example:8500").servers.is_empty());
        assert_eq!(target("[::1]:1").servers.len(), 1);
        assert_eq!(target("ipv4:127.0.0.1:1,127.0.0.1:2").servers.len(), 2);
        for wrong in ["ipv4:edge.example:1", "127.0.0.1:1,127.0.0.1:2", "ipv4:127.0.0.1:1,"] {
            assert!(Target::parse(wrong, "http").is_err(), "{wrong}");
        }
    }
}

//! What the transport says of a server that it cannot reach, and what that comes from.

use std::error::Error as StdError;

use tonic::{Code, Status, TimeoutExpired};

use crate::error::Error;

struct Known {
    /// Any of these in the transport's words identifies the case.
    words: &'static [&'static str],
    /// What happened, after "cannot reach ADDRESS: ".
    message: &'static str,
    /// What it is likely to come from, or what to do.
    hint: &'static str,
}

/// The first that matches counts. The words are those of rustls, h2, hyper and the system.
const KNOWN: [Known; 9] = [
    Known {
        words: &["InvalidCertificate(NotValidForName"],
        message: "its certificate is for another name",
        hint: "use an address that the certificate names, or set Tls::server_name",
    },
    Known {
        words: &["InvalidCertificate(Expired", "InvalidCertificate(NotValidYet"],
        message: "its certificate is not in date",
        hint: "renew the server's certificate, or set the clock of this machine",
    },
    Known {
        words: &["invalid peer certificate"],
        message: "its certificate is not trusted",
        hint: "name the authority that issued it: Tls::ca",
    },
    Known {
        words: &["InvalidContentType", "corrupt message"],
        message: "it does not answer in TLS",
        hint: "does it serve plain text? then connect without Options::tls",
    },
    Known {
        words: &["fatal alert"],
        message: "it refused TLS",
        hint: "does it ask for a certificate of this client: Tls::cert, Tls::key?",
    },
    Known {
        words: &["HTTP/2 was not negotiated"],
        message: "it speaks TLS, but not HTTP/2",
        hint: "is this the port of an HTTPS server, and not Ocelli's?",
    },
    Known {
        words: &["frame with invalid size", "invalid HTTP", "PROTOCOL_ERROR", "FRAME_SIZE_ERROR"],
        message: "it does not speak gRPC",
        hint: "is this the port of an HTTP server, or of one that wants TLS?",
    },
    Known {
        words: &[
            "reset by peer",
            "broken pipe",
            "close_notify",
            "end of file",
            "connection closed",
            "connection was not ready",
        ],
        message: "it closed the connection at once",
        hint: "does it want TLS: Options::tls? or a certificate of this client: Tls::cert?",
    },
    Known {
        words: &["failed to lookup address"],
        message: "its name is not known",
        hint: "is the host spelled right?",
    },
];

/// Makes the error of a call that got no response.
pub(crate) fn explain(address: &str, error: &(dyn StdError + 'static)) -> Error {
    for cause in causes(error) {
        // What this side made the call fail with, such as a message over its limit.
        if let Some(status) = cause.downcast_ref::<Status>() {
            return status.clone().into();
        }
        if cause.is::<TimeoutExpired>() {
            return Error::deadline_exceeded(address);
        }
    }
    let words = chain(error);
    let known = KNOWN.iter().find(|known| known.words.iter().any(|word| words.contains(word)));
    let unavailable =
        |cause: &str| Error::new(Code::Unavailable, format!("cannot reach {address}: {cause}"));
    match known {
        Some(known) => unavailable(known.message).with_hint(known.hint),
        None => {
            unavailable(&root(error)).with_hint(format!("is `ocelli serve` running at {address}?"))
        }
    }
}

/// Makes the error of a call whose response broke off.
pub(crate) fn broken(address: &str, error: &(dyn StdError + 'static)) -> Error {
    let cause = root(error);
    Error::new(Code::Unavailable, format!("the connection to {address} broke: {cause}"))
        .with_hint("send again what was not answered")
}

/// The innermost cause, which says the most.
pub(crate) fn root(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map_or_else(String::new, ToString::to_string)
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// All that the causes say of themselves: some tell more to programmers than to people.
fn chain(error: &(dyn StdError + 'static)) -> String {
    causes(error).map(|cause| format!("{cause} {cause:?}")).collect::<Vec<_>>().join("\n")
}

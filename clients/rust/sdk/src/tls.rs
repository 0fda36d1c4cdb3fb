//! TLS as a value: whom to trust, and who this client is.

use std::path::{Path, PathBuf};

use tonic::transport::{Certificate, ClientTlsConfig, Identity};

use crate::error::Error;

/// Encrypts the connection and checks who answers. The files, PEM, are read on connecting.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// Authorities, one of which must have issued the server's certificate. `None`: those that this
    /// machine trusts.
    pub ca: Option<PathBuf>,
    /// This client's certificate and those between it and its authority, for a server that asks.
    pub cert: Option<PathBuf>,
    /// The private key of [`cert`](Self::cert), without a passphrase.
    pub key: Option<PathBuf>,
    /// Name that the server's certificate must be for. `None`: the host of the address.
    pub server_name: Option<String>,
}

impl Tls {
    /// Reads and checks the files.
    pub(crate) async fn load(&self) -> Result<ClientTlsConfig, Error> {
        let mut config = match &self.ca {
            Some(path) => {
                let pem = read("tls.ca", path, "CERTIFICATE").await?;
                ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem))
            }
            None => ClientTlsConfig::new().with_native_roots(),
        };
        match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => {
                let cert = read("tls.cert", cert, "CERTIFICATE").await?;
                let key = read("tls.key", key, "PRIVATE KEY").await?;
                config = config.identity(Identity::from_pem(cert, key));
            }
            (None, None) => {}
            (Some(_), None) => return Err(Error::invalid("tls.key", "tls has a cert but no key")),
            (None, Some(_)) => return Err(Error::invalid("tls.cert", "tls has a key but no cert")),
        }
        Ok(match &self.server_name {
            Some(name) => config.domain_name(name),
            None => config,
        })
    }
}

async fn read(field: &str, path: &Path, kind: &str) -> Result<Vec<u8>, Error> {
    let shown = path.display();
    let pem = tokio::fs::read(path)
        .await
        .map_err(|error| Error::invalid(field, format!("cannot read {shown}: {error}")))?;
    let text = String::from_utf8_lossy(&pem);
    if text.contains("ENCRYPTED") {
        let message = format!("{shown} is encrypted; expected a key without a passphrase");
        return Err(Error::invalid(field, message));
    }
    if !text.contains(&format!("{kind}-----")) {
        let message = format!("{shown} holds no {kind}; expected PEM, -----BEGIN {kind}-----");
        return Err(Error::invalid(field, message));
    }
    Ok(pem)
}

//! TLS as a value: whom to trust, and who this client is.

use std::path::{Path, PathBuf};

use tonic::transport::{Certificate, ClientTlsConfig, Identity};

use crate::error::Error;

/// Encrypts the connection and checks who answers. The files, PEM, are read on connecting.
///
/// [`Default`] trusts whom this machine trusts; methods of the fields' names change it:
/// `Tls::default().ca("ca.pem")`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Tls {
    /// Authorities, one of which must have issued the server's certificate. `None`: those that this
    /// machine trusts.
    pub ca: Option<PathBuf>,
    /// This client's certificate, with those between it and its authority, and its private key
    /// without a passphrase, for a server that asks.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Name that the server's certificate must be for. `None`: the host of the address.
    pub server_name: Option<String>,
}

impl Tls {
    /// Sets [`ca`](Self::ca).
    #[must_use]
    pub fn ca(self, ca: impl Into<PathBuf>) -> Self {
        Self { ca: Some(ca.into()), ..self }
    }

    /// Sets [`identity`](Self::identity).
    #[must_use]
    pub fn identity(self, cert: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self { identity: Some((cert.into(), key.into())), ..self }
    }

    /// Sets [`server_name`](Self::server_name).
    #[must_use]
    pub fn server_name(self, server_name: impl Into<String>) -> Self {
        Self { server_name: Some(server_name.into()), ..self }
    }

    /// Reads and checks the files.
    pub(crate) async fn load(&self) -> Result<ClientTlsConfig, Error> {
        let mut config = match &self.ca {
            Some(path) => {
                let pem = read("tls.ca", path, "CERTIFICATE").await?;
                ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem))
            }
            None => ClientTlsConfig::new().with_native_roots(),
        };
        if let Some((cert, key)) = &self.identity {
            let cert = read("tls.identity", cert, "CERTIFICATE").await?;
            let key = read("tls.identity", key, "PRIVATE KEY").await?;
            config = config.identity(Identity::from_pem(cert, key));
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

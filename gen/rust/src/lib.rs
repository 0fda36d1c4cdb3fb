//! Messages and service stubs of Ocelli, generated from its contract.

/// Version 1 of the contract.
pub mod v1 {
    #![allow(missing_docs, clippy::all)] // generated
    include!("generated/ocelli/v1/ocelli.v1.rs");

    /// What the SDKs of all languages share beside the contract.
    pub mod sdk {
        include!("generated/ocelli/v1/sdk.rs");
    }
}

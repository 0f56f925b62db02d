//! The one choice of cryptography for TLS.

/// Makes ring the process's provider for rustls. Every TLS client is built without one, so call
/// this before the first is made; further calls do nothing.
pub fn install_crypto() {
    // The error says that one is installed, which is what we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

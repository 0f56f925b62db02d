//! switchboard-ingress.

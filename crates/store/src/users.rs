//! users: desk's.

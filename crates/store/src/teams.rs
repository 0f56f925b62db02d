//! teams: desk's.

//! One behaviour suite, stamped on both databases.

#[cfg(test)]
mod suite;

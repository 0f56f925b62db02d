//! The rules of the house that the compiler cannot check: who may import whom, how long a file
//! may be, what a licence may say. Each table carries its reasons; an exception that is no longer
//! needed fails too, so the tables stay true.

#[cfg(test)]
mod imports;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod supply;
#[cfg(test)]
mod workspace;

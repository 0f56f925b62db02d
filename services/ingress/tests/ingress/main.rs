//! The ingress over real HTTP, on an embedded backend of its own for each test.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod callbacks;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod events;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod rig;

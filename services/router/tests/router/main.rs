//! The router over a real embedded queue and store: what it makes of webhooks, agents, bots and
//! time.

#[cfg(test)]
mod aside;
#[cfg(test)]
mod block_list;
#[cfg(test)]
mod blocks;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod conversations;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod integrators;
#[cfg(test)]
mod leavers;
#[cfg(test)]
mod ledgers;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod media;
#[cfg(test)]
mod meta;
#[cfg(test)]
mod news;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod surveys;
#[cfg(test)]
mod waits;

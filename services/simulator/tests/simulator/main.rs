//! The simulator over HTTP: a real client on one side, a real webhook endpoint
//! on the other.

#[cfg(test)]
mod adopt;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod block_users;
#[cfg(test)]
mod callbacks;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fidelity;
#[cfg(test)]
mod files;
#[cfg(test)]
mod graph;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod kinds_page;
#[cfg(test)]
mod kinds_whatsapp;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod media;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod page_templates;
#[cfg(test)]
mod personas;
mod phone;
#[cfg(test)]
mod private_replies;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod threads;
#[cfg(test)]
mod webhooks;

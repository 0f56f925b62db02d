//! The running desk over an embedded backend: the API as clients see it, what reaches the queue,
//! and what pages hear.

#[cfg(test)]
mod bots;
#[cfg(test)]
mod client;
#[cfg(test)]
mod contacts;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod files;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod kit;
#[cfg(test)]
mod leavers;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod live;
#[cfg(test)]
mod login;
#[cfg(test)]
mod mail_faults;
#[cfg(test)]
mod mailing;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod people;
#[cfg(test)]
mod presence;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod repeats;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod seed;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod snooze;
#[cfg(test)]
mod socket;
#[cfg(test)]
mod surveys;
#[cfg(test)]
mod threads;
#[cfg(test)]
mod transcripts;
#[cfg(test)]
mod waits;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod world;

//! The whole system at work, from the customer's phone to the desk and back: what each scenario
//! shows it shows in both modes. One binary, for each one more would link the whole system again.

mod accounts;
mod bots;
mod connect;
mod contacts;
mod crash;
mod dispatch;
mod integrators;
mod linking;
mod media;
mod messages;
mod meta_bot_setup;
mod meta_bot_templates;
mod meta_bots;
mod notifications;
mod people;
mod reports;
mod servers;
mod survey;
mod terminal;
mod threads;
mod traces;
mod webhooks;

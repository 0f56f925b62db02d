//! The harness of the end-to-end suites: the product as real processes, and those who meet it.
//!
//! - [`world`]: the product with a sample shop, **embedded** (one process on SQLite) or
//!   **distributed** (two replicas of each service on RabbitMQ and PostgreSQL); both behave alike to
//!   a scenario, so that [`both_modes`] runs the same code on each.
//! - [`simulator`]: the customers and their phones. [`meta`]: webhooks posted by hand.
//!   [`desk`]: the people who answer. [`meta_bot`]: a bot that was written for Meta's platform. [`crowd`]: many customers at once.
//!   [`follower`]: a program that hears of every change. [`login`]: a customer's
//!   log-in. [`browser`]: all of them, at the pages, in a real browser.
//! - [`receiver`]: other software that is told of events.
//! - [`counterpart`]: a program of the business that bots ask.
//! - [`terminal`]: somebody who runs a command and answers its questions.
//! - [`process`], [`ports`], [`balancer`], [`collector`], [`wait`]: what these are made of.
//!
//! Nothing here looks into a process: all is seen through the interfaces that customers, Meta and
//! agents use. Nothing waits for a time; what is waited for has a deadline.

pub mod balancer;
pub mod browser;
pub mod collector;
pub mod counterpart;
pub mod crowd;
pub mod desk;
pub mod follower;
mod http;
pub mod login;
pub mod meta;
pub mod meta_bot;
pub mod ports;
pub mod process;
pub mod receiver;
pub mod shop;
pub mod simulator;
pub mod socket;
pub mod terminal;
pub mod wait;
pub mod world;

pub use world::World;

/// How a step of a scenario went.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Runs each named scenario, an `async fn(&mut World) -> Outcome`, embedded and distributed.
#[macro_export]
macro_rules! both_modes {
    ($($scenario:ident),+ $(,)?) => {
        $crate::in_mode!(embedded: $($scenario),+);
        $crate::in_mode!(distributed: $($scenario),+);
    };
}

/// Runs each named scenario in one mode: `in_mode!(distributed: a, b)`.
#[macro_export]
macro_rules! in_mode {
    ($mode:ident: $($scenario:ident),+ $(,)?) => {
        #[cfg(test)]
        mod $mode {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $scenario() -> $crate::Outcome {
                    let binary = env!("CARGO_BIN_EXE_switchboard-under-test");
                    let mut world = $crate::World::$mode(binary).await?;
                    let outcome = super::$scenario(&mut world).await;
                    world.conclude(outcome)
                }
            )+
        }
    };
}

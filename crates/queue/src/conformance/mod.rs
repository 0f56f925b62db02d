//! The behaviour that every queue must show, as tests over the [`crate::Queue`] seam.
//!
//! What lives here: the tests, and [`crate::conformance_suite!`], which stamps them on an
//! implementation. What must not: anything that only one implementation promises.
//!
//! The tests assert; they return an error where the queue refuses what it must not refuse.

mod bounds;
mod deliver;
mod fixture;
mod lane;
mod restart;
mod share;

use async_trait::async_trait;

pub use bounds::{
    a_full_topic_refuses_by_bytes, a_full_topic_refuses_by_number, a_message_too_large_is_refused,
};
pub use deliver::{
    a_reset_gives_back_what_is_not_acked, at_most_so_many_as_asked_for_come_at_once,
    depth_counts_what_is_not_acked, messages_come_in_the_order_published,
    prefetch_bounds_what_is_outstanding, topics_do_not_mix,
};
pub use fixture::{confirmed, message, number_of, options, take};
pub use lane::{
    a_dropped_subscriber_gives_back_what_it_held, a_lane_serves_one_subscriber_at_a_time,
    the_next_subscriber_of_a_lane_takes_over_in_order,
};
pub use restart::a_restart_loses_nothing;
pub use share::{
    a_broadcast_reaches_every_subscriber, closing_ends_everything,
    competing_consumers_share_the_work, only_what_is_stored_is_confirmed,
};

use crate::{SharedQueue, Topic, topology::Bounds};

/// Why a test could not be carried through.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A queue under test, with nothing in it.
#[async_trait]
pub trait Rig: Send {
    /// The queue; another one after [`Rig::restart`], perhaps.
    fn queue(&self) -> SharedQueue;

    /// Ends whatever keeps the messages, as roughly as it can be done here, and starts it again.
    /// Subscriptions made before may or may not survive.
    ///
    /// # Errors
    /// When it does not come back.
    async fn restart(&mut self) -> Result<(), Failure>;
}

/// The bounds that a rig must give its queue: those of production, but for
/// [`Topic::Dispatch`], which the tests fill up.
#[must_use]
pub fn bounds(topic: Topic) -> Bounds {
    match topic {
        Topic::Dispatch => Bounds { messages: 20, bytes: 64 * 1024 },
        other => other.bounds(),
    }
}

/// Stamps the suite on an implementation: each test gets a new rig from the async function
/// `$rig() -> Result<impl Rig, Failure>`; those that restart it, from `$restartable`.
#[macro_export]
macro_rules! conformance_suite {
    (rig: $rig:path, restartable: $restartable:path) => {
        $crate::conformance_suite! { @each $rig:
            a_broadcast_reaches_every_subscriber
            a_dropped_subscriber_gives_back_what_it_held
            a_full_topic_refuses_by_bytes
            a_full_topic_refuses_by_number
            a_lane_serves_one_subscriber_at_a_time
            a_message_too_large_is_refused
            a_reset_gives_back_what_is_not_acked
            at_most_so_many_as_asked_for_come_at_once
            closing_ends_everything
            competing_consumers_share_the_work
            depth_counts_what_is_not_acked
            messages_come_in_the_order_published
            only_what_is_stored_is_confirmed
            prefetch_bounds_what_is_outstanding
            the_next_subscriber_of_a_lane_takes_over_in_order
            topics_do_not_mix
        }
        $crate::conformance_suite! { @each $restartable: a_restart_loses_nothing }
    };
    (@each $rig:path: $($name:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() -> Result<(), $crate::conformance::Failure> {
                let mut rig = $rig().await?;
                $crate::conformance::$name(&mut rig).await
            }
        )*
    };
}

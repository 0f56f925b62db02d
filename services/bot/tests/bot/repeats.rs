//! Several replicas, failures and crashes: every turn is answered, and a repeat is known as one.

use std::collections::BTreeSet;

use switchboard_domain::conversation::AfterTurn;
use switchboard_queue::Topic;
use tokio_util::sync::CancellationToken;

use crate::{
    faulty::{Fault, Faulty},
    rig::Rig,
};

#[tokio::test]
async fn replicas_share_the_turns_and_a_slow_one_holds_only_its_own() {
    let mut rig = Rig::new().await;
    let slow = Faulty::new(&rig.backend.queue, Fault::Held);
    let fast = Faulty::new(&rig.backend.queue, Fault::None);
    let first = rig.replica(slow.clone(), 1).await;
    rig.ask(vec![rig.turn("held", "rules", &["hello"])]).await;
    slow.arrived(1).await;
    let second = rig.replica(fast.clone(), 1).await;
    for number in 0..19 {
        rig.ask(vec![rig.turn(&number.to_string(), "rules", &["hello"])]).await;
    }
    let mut ids: BTreeSet<String> = BTreeSet::new();
    ids.extend(rig.replies(19).await.into_iter().map(|(envelope, _)| envelope.id));
    assert_eq!((slow.published(), fast.published()), (0, 19));
    slow.become_(Fault::None);
    ids.extend(rig.replies(1).await.into_iter().map(|(envelope, _)| envelope.id));
    assert_eq!((slow.published(), fast.published()), (1, 19));
    assert_eq!(ids.len(), 20);
    rig.all_done().await;
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_crash_between_publish_and_ack_repeats_the_answer_under_the_same_id() {
    let mut rig = Rig::new().await;
    let unheard = Faulty::new(&rig.backend.queue, Fault::Unheard);
    let settings = rig.settings(unheard.clone(), 4);
    // A runtime of its own, so that all of the replica ends at once.
    let doomed = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    doomed.spawn(async move {
        let running = switchboard_bot::start(settings, &CancellationToken::new()).await;
        running.unwrap().ended().await;
    });
    rig.ask(vec![rig.turn("crash", "rules", &["hello"])]).await;
    let (first, first_reply) = rig.replies(1).await.remove(0);
    assert_eq!(rig.backend.queue.depth(Topic::BotTurns).await.unwrap(), 1, "not acked");
    doomed.shutdown_background();

    let heir = rig.start().await;
    let (second, second_reply) = rig.replies(1).await.remove(0);
    assert_eq!(first.id, second.id);
    assert_eq!(first_reply, second_reply);
    assert_eq!(second_reply.after_turn().unwrap(), AfterTurn::Stay);
    rig.all_done().await;
    heir.stop().await;
}

#[tokio::test]
async fn an_answer_that_the_queue_refuses_is_published_again() {
    let mut rig = Rig::new().await;
    let faulty = Faulty::new(&rig.backend.queue, Fault::Lost);
    let bot = rig.replica(faulty.clone(), 4).await;
    rig.ask(vec![rig.turn("lost", "rules", &["hello"])]).await;
    faulty.arrived(2).await;
    assert_eq!(rig.backend.queue.depth(Topic::BotTurns).await.unwrap(), 1, "not acked");
    faulty.become_(Fault::None);
    rig.replies(1).await;
    rig.all_done().await;
    assert_eq!(faulty.published(), 1);
    bot.stop().await;
}

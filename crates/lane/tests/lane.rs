//! What a lane promises, on the embedded queue and SQLite: each message applied once and each
//! effect published, through crashes at the worst moments, takeovers and poison.

#[cfg(test)]
mod parts;

#[cfg(test)]
mod promises {
    use std::time::Duration;

    use switchboard_queue::Topic;
    use switchboard_store::lanes;

    use crate::parts::{Bench, LANE, effects, now, published};

    #[tokio::test]
    async fn each_message_is_applied_once_and_its_effect_published() {
        let bench = Bench::open();
        bench.send(&["a", "b"]).await;
        bench.send(&["b", "c", "a", "d"]).await;
        let runner = bench.run(bench.queue.clone());
        bench.applied(&["a", "b", "c", "d"]).await;
        runner.stop().await;
        assert_eq!(effects(&bench).await, ["effect:a", "effect:b", "effect:c", "effect:d"]);
    }

    #[tokio::test]
    async fn what_was_committed_is_published_by_whoever_comes_next() {
        let bench = Bench::open();
        bench.send(&["a", "b"]).await;
        let runner = bench.run(bench.queue_that_publishes_nothing());
        bench.applied(&["a", "b"]).await;
        runner.crash().await;
        bench.send(&["c"]).await;
        let runner = bench.run(bench.queue.clone());
        bench.applied(&["a", "b", "c"]).await;
        runner.stop().await;
        assert_eq!(effects(&bench).await, ["effect:a", "effect:b", "effect:c"]);
    }

    #[tokio::test]
    async fn an_overtaken_owner_writes_nothing_more() {
        let bench = Bench::open();
        bench.send(&["a"]).await;
        let runner = bench.run(bench.queue.clone());
        bench.applied(&["a"]).await;
        let tenure = runner.tenure().await;
        let lane = LANE.to_string();
        bench.store.write(move |db| lanes::take(db, &lane, "another", now())).await.unwrap();
        let refused = tenure.write(|_, _, _| Ok(())).await.unwrap_err();
        assert!(refused.to_string().contains("new owner"), "{refused}");
        // It gives back what it holds, takes the lane anew and goes on.
        bench.send(&["b"]).await;
        bench.applied(&["a", "b"]).await;
        assert!(runner.tenure().await.epoch() > tenure.epoch());
        runner.stop().await;
    }

    #[tokio::test]
    async fn one_of_two_replicas_works_and_the_other_takes_over() {
        let bench = Bench::open();
        let (first, second) = (bench.run(bench.queue.clone()), bench.run(bench.queue.clone()));
        bench.send(&["a"]).await;
        bench.applied(&["a"]).await;
        first.crash().await;
        bench.send(&["b"]).await;
        bench.applied(&["a", "b"]).await;
        second.stop().await;
    }

    #[tokio::test]
    async fn what_does_not_make_sense_goes_to_the_dead_letters_alone() {
        let bench = Bench::open();
        bench.send(&["a", "invalid", "b"]).await;
        bench.send_bytes("garbage", b"\xff\xff").await;
        bench.send(&["c"]).await;
        let runner = bench.run(bench.queue.clone());
        bench.applied(&["a", "b", "c"]).await;
        runner.stop().await;
        let mut letters = published(&bench, Topic::DeadLetters).await;
        letters.sort();
        assert_eq!(letters, ["dead:garbage", "dead:invalid"]);
    }

    #[tokio::test]
    async fn what_the_store_refuses_takes_no_neighbour_along() {
        let bench = Bench::open();
        bench.send(&["a", "refused"]).await;
        bench.send(&["b"]).await;
        let runner = bench.run(bench.queue.clone());
        bench.applied(&["a", "b"]).await;
        runner.stop().await;
        assert_eq!(published(&bench, Topic::DeadLetters).await, ["dead:refused"]);
    }

    #[tokio::test]
    async fn what_breaks_its_machine_takes_no_neighbour_along() {
        let bench = Bench::open();
        bench.send(&["a", "deadly", "b"]).await;
        let runner = bench.run(bench.queue.clone());
        bench.applied(&["a", "b"]).await;
        runner.stop().await;
        assert_eq!(published(&bench, Topic::DeadLetters).await, ["dead:deadly"]);
    }

    #[tokio::test]
    async fn what_brought_three_processes_down_is_not_tried_again() {
        let bench = Bench::open();
        for id in ["a", "b"] {
            bench.send(&[id]).await;
        }
        bench.give_back_all().await;
        for _ in 0..3 {
            bench.count_a_try("a").await;
        }
        let runner = bench.run(bench.queue.clone());
        bench.applied(&["b"]).await;
        runner.stop().await;
        assert_eq!(published(&bench, Topic::DeadLetters).await, ["dead:a"]);
        assert_eq!(effects(&bench).await, ["effect:b"]);
    }

    #[tokio::test]
    async fn a_quiet_lane_tidies_its_outbox() {
        let bench = Bench::open();
        bench.send(&["a"]).await;
        let runner = bench.run(bench.queue.clone());
        bench.applied(&["a"]).await;
        tokio::time::timeout(Duration::from_secs(20), bench.outbox_is_empty()).await.unwrap();
        runner.stop().await;
    }
}

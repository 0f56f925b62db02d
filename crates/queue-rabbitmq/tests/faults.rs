//! A broker that dies, runs short of memory, or lost its queues. Each test breaks a broker of its
//! own.

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc, time::Duration};

    use switchboard_queue::{
        Health, PublishError, Queue, QueueError, SharedQueue, Topic,
        conformance::{confirmed, message, number_of, options, take},
        topology::Bounds,
    };
    use switchboard_queue_rabbitmq::{RabbitQueue, RabbitSettings};
    use switchboard_testkit::{
        proxy::{Fault, Proxy},
        rabbitmq::{self, Rabbit},
    };
    use tokio::task::JoinSet;
    use uuid::Uuid;

    /// Nothing here takes this long unless it hangs.
    const PATIENCE: Duration = Duration::from_secs(60);

    async fn soon<T>(what: impl Future<Output = T>) -> T {
        tokio::time::timeout(PATIENCE, what).await.expect("it hangs")
    }

    async fn connect(broker: &Rabbit) -> SharedQueue {
        let settings = RabbitSettings::new(broker.url().parse().unwrap(), "faults");
        Arc::new(RabbitQueue::connect(settings).await.unwrap())
    }

    async fn becomes(queue: &SharedQueue, wanted: impl Fn(&Health) -> bool) -> Health {
        soon(queue.health().wait_for(wanted)).await.unwrap().clone()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_broker_killed_in_the_middle_of_publishing_loses_nothing_confirmed() {
        const TASKS: u32 = 8;
        const EACH: u32 = 200;
        let mut broker = Rabbit::start().await.unwrap();
        let queue = connect(&broker).await;
        let mut subscription = queue.subscribe(Topic::BotTurns, options(100)).await.unwrap();
        let mut publishers = JoinSet::new();
        let (halfway, mut reached) = tokio::sync::mpsc::unbounded_channel();
        for task in 0..TASKS {
            let (queue, halfway) = (queue.clone(), halfway.clone());
            publishers.spawn(async move {
                for number in task * EACH..(task + 1) * EACH {
                    confirmed(&queue, vec![message(Topic::BotTurns, number)]).await.unwrap();
                    if number % EACH == EACH / 2 {
                        halfway.send(()).unwrap();
                    }
                }
            });
        }
        soon(reached.recv()).await.unwrap();
        broker.kill9();
        becomes(&queue, |health| matches!(health, Health::Down(_))).await;
        broker.start_again().await.unwrap();
        while let Some(publisher) = soon(publishers.join_next()).await {
            publisher.unwrap();
        }
        let mut sessions_lost = 0;
        let mut numbers = BTreeSet::new();
        while numbers.len() < usize::try_from(TASKS * EACH).unwrap() {
            match soon(subscription.next(100)).await {
                Ok(deliveries) => {
                    let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
                    if subscription.ack(&tags).await.is_ok() {
                        numbers.extend(deliveries.iter().map(|it| number_of(it).unwrap()));
                    } else {
                        sessions_lost += 1;
                    }
                }
                Err(_) => sessions_lost += 1,
            }
        }
        assert_eq!(sessions_lost, 1, "a lost session is reported once");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_message_without_a_queue_is_kept_or_refused_but_never_lost() {
        let broker = Rabbit::start().await.unwrap();
        let queue = connect(&broker).await;
        broker.ctl(&["delete_queue", "bot.turns"]).await.unwrap();
        queue.publish(vec![message(Topic::BotTurns, 1)]).await.unwrap();
        let mut astray = queue.subscribe(Topic::Unroutable, options(10)).await.unwrap();
        let kept = take(&mut astray, 1).await.unwrap();
        assert_eq!(number_of(&kept[0]).unwrap(), 1, "the alternate exchange keeps it");
        drop(astray);

        broker.ctl(&["delete_queue", "unroutable"]).await.unwrap();
        let messages = vec![message(Topic::Dispatch, 2), message(Topic::BotTurns, 3)];
        let refused = queue.publish(messages).await;
        assert!(
            matches!(refused, Err(PublishError::Unroutable { topic: Topic::BotTurns })),
            "{refused:?}"
        );
        // The new session declares what is missing: the next try arrives.
        confirmed(&queue, vec![message(Topic::BotTurns, 4)]).await.unwrap();
        let mut subscription = queue.subscribe(Topic::BotTurns, options(10)).await.unwrap();
        let arrived = take(&mut subscription, 1).await.unwrap();
        assert_eq!(number_of(&arrived[0]).unwrap(), 4);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_deleted_queue_comes_back_to_its_subscriber() {
        let broker = Rabbit::start().await.unwrap();
        let queue = connect(&broker).await;
        let mut subscription = queue.subscribe(Topic::Dispatch, options(10)).await.unwrap();
        broker.ctl(&["delete_queue", "dispatch"]).await.unwrap();
        assert!(soon(subscription.next(1)).await.is_err(), "the session is lost");
        // It subscribes again, which declares the queue; until then the alternate exchange keeps
        // what is published.
        let mut again = tokio::time::interval(Duration::from_millis(100));
        let arrives = async {
            loop {
                tokio::select! {
                    deliveries = subscription.next(1) => return deliveries,
                    _ = again.tick() => {
                        confirmed(&queue, vec![message(Topic::Dispatch, 5)]).await.unwrap();
                    }
                }
            }
        };
        let arrived = soon(arrives).await.unwrap();
        assert_eq!(number_of(&arrived[0]).unwrap(), 5);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_broker_short_of_memory_is_down_until_it_has_some() {
        let broker = Rabbit::start().await.unwrap();
        let queue = connect(&broker).await;
        broker.ctl(&["set_vm_memory_high_watermark", "0.0000001"]).await.unwrap();
        // The broker blocks a connection when it publishes.
        let refused = soon(async {
            let mut number = 0;
            loop {
                number += 1;
                if let Err(error) = queue.publish(vec![message(Topic::BotTurns, number)]).await {
                    return error;
                }
            }
        });
        assert!(matches!(refused.await, PublishError::Away { .. }));
        let health = becomes(&queue, |health| matches!(health, Health::Down(_))).await;
        assert!(format!("{health:?}").contains("blocks publishers"), "{health:?}");
        let again = queue.publish(vec![message(Topic::BotTurns, 0)]).await;
        assert!(matches!(again, Err(PublishError::Away { .. })), "{again:?}");

        broker.ctl(&["set_vm_memory_high_watermark", "0.6"]).await.unwrap();
        becomes(&queue, |health| *health == Health::Up).await;
        confirmed(&queue, vec![message(Topic::BotTurns, 0)]).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_orderly_restart_of_the_broker_is_noticed_and_survived() {
        let mut broker = Rabbit::start().await.unwrap();
        let queue = connect(&broker).await;
        let mut subscription = queue.subscribe(Topic::Dispatch, options(10)).await.unwrap();
        confirmed(&queue, vec![message(Topic::Dispatch, 1)]).await.unwrap();
        take(&mut subscription, 1).await.unwrap();
        broker.stop().await.unwrap();
        // No one publishes or acks: it is the connection that tells.
        becomes(&queue, |health| matches!(health, Health::Down(_))).await;
        assert!(soon(subscription.next(1)).await.is_err());
        broker.start_again().await.unwrap();
        becomes(&queue, |health| *health == Health::Up).await;
        let again = take(&mut subscription, 1).await.unwrap();
        assert_eq!(number_of(&again[0]).unwrap(), 1);
        assert!(again[0].redelivered);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_silent_network_ends_a_publish_in_time_and_is_survived() {
        let broker = rabbitmq::shared().await.unwrap();
        let port = broker.url().rsplit_once("/%2f").unwrap().0.rsplit_once(':').unwrap().1;
        let proxy = Proxy::before(port.parse().unwrap()).await.unwrap();
        let namespace = format!("test-{}", Uuid::now_v7().simple());
        let new = RabbitSettings::new(proxy.url(broker.url()).parse().unwrap(), "faults");
        let settings = RabbitSettings { namespace, ..new };
        let queue: SharedQueue = Arc::new(RabbitQueue::connect(settings).await.unwrap());
        proxy.set(Fault::Blackhole);
        let silent = soon(queue.publish(vec![message(Topic::Dispatch, 1)])).await;
        assert!(matches!(silent, Err(PublishError::Away { .. })), "{silent:?}");
        becomes(&queue, |health| matches!(health, Health::Down(_))).await;
        let fast = queue.publish(vec![message(Topic::Dispatch, 1)]).await;
        assert!(matches!(fast, Err(PublishError::Away { .. })), "{fast:?}");
        proxy.set(Fault::None);
        confirmed(&queue, vec![message(Topic::Dispatch, 1)]).await.unwrap();
        proxy.cut();
        confirmed(&queue, vec![message(Topic::Dispatch, 2)]).await.unwrap();
    }

    #[tokio::test]
    async fn a_queue_with_other_arguments_is_refused_with_its_name_and_a_remedy() {
        fn smaller(topic: Topic) -> Bounds {
            Bounds { messages: 7, ..topic.bounds() }
        }
        let broker = rabbitmq::shared().await.unwrap();
        let namespace = format!("test-{}", Uuid::now_v7().simple());
        let new = RabbitSettings::new(broker.url().parse().unwrap(), "faults");
        let settings = RabbitSettings { namespace: namespace.clone(), ..new };
        let first = RabbitQueue::connect(settings.clone()).await.unwrap();
        let other = RabbitSettings { bounds: smaller, ..settings };
        let refused = RabbitQueue::connect(other).await.err().unwrap();
        let text = refused.to_string();
        assert!(matches!(refused, QueueError::Refused { .. }), "{text}");
        for part in [namespace.as_str(), "inbound.00", "x-max-length", "delete it"] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
        first.close().await;
    }

    #[tokio::test]
    async fn a_wrong_password_is_refused_and_not_repeated() {
        let broker = rabbitmq::shared().await.unwrap();
        let wrong = broker.url().replace("guest:guest@", "guest:s3cret@");
        let settings = RabbitSettings::new(wrong.parse().unwrap(), "faults");
        let refused = RabbitQueue::connect(settings).await.err().unwrap();
        assert!(matches!(refused, QueueError::Refused { .. }), "{refused:?}");
        assert!(refused.to_string().contains("check the user"), "{refused}");
        assert!(!refused.to_string().contains("s3cret"), "{refused}");
    }

    #[tokio::test]
    async fn a_broker_that_is_away_is_waited_for() {
        let mut broker = Rabbit::start().await.unwrap();
        broker.kill9();
        let queue = connect(&broker).await;
        let mut subscription = queue.subscribe(Topic::BotTurns, options(10)).await.unwrap();
        let refused = queue.publish(vec![message(Topic::BotTurns, 0)]).await;
        assert!(matches!(refused, Err(PublishError::Away { .. })), "{refused:?}");
        assert!(matches!(queue.depth(Topic::BotTurns).await, Err(QueueError::Away(_))));
        broker.start_again().await.unwrap();
        confirmed(&queue, vec![message(Topic::BotTurns, 6)]).await.unwrap();
        let arrived = take(&mut subscription, 1).await.unwrap();
        assert_eq!(number_of(&arrived[0]).unwrap(), 6);
    }
}

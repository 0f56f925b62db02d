//! `switchboard dead-letters`.

use switchboard_backend::{Backend, replica_name};
use switchboard_chassis::{settings::Settings, telemetry};
use switchboard_contract::{Body, decode, wire::DeadLetter};
use switchboard_queue::{Delivery, Message, SharedQueue, SubscribeOptions, Subscription, Topic};

use super::{Error, say};
use crate::cli::DeadLetters;

/// So many are received at once.
const PREFETCH: u16 = 200;

pub(super) async fn run(settings: Settings, command: DeadLetters) -> Result<(), Error> {
    let _telemetry = telemetry::init(&settings.telemetry, "switchboard")?;
    let backend = Backend::open(settings, replica_name("dead-letters")).await?;
    let done = match command {
        DeadLetters::List => list(&backend.queue).await,
        DeadLetters::Redrive => redrive(&backend.queue).await,
    };
    backend.close().await;
    done
}

/// Shows the first of them. They are not acked, so all stay where they are.
async fn list(queue: &SharedQueue) -> Result<(), Error> {
    let all = queue.depth(Topic::DeadLetters).await?;
    let mut subscription = receive(queue).await?;
    let mut left = all.min(u64::from(PREFETCH));
    while left > 0 {
        for delivery in subscription.next(usize::from(PREFETCH)).await? {
            left = left.saturating_sub(1);
            for (id, letter) in letters(&delivery) {
                let reason = letter.map_or("not put aside by a consumer".into(), |letter| {
                    format!("{}\t{}", letter.topic, letter.reason)
                });
                say(&format!("{id}\t{reason}"))?;
            }
        }
    }
    match all.saturating_sub(u64::from(PREFETCH)) {
        0 => Ok(()),
        more => say(&format!("and {more} more")),
    }
}

/// Sends those that are there now to their queues again; what comes back is for another time.
async fn redrive(queue: &SharedQueue) -> Result<(), Error> {
    let mut left = queue.depth(Topic::DeadLetters).await?;
    let mut subscription = receive(queue).await?;
    let (mut sent, mut stay) = (0_u64, 0_u64);
    while left > 0 {
        for delivery in subscription.next(usize::from(PREFETCH)).await? {
            left = left.saturating_sub(1);
            match again(&delivery) {
                Some(messages) => {
                    queue.publish(messages).await?;
                    subscription.ack(&[delivery.tag]).await?;
                    sent += 1;
                }
                None => stay += 1,
            }
        }
        if stay >= u64::from(PREFETCH) {
            break;
        }
    }
    say(&format!("sent {sent} messages to their queues again; {stay} stay, of no known queue"))
}

async fn receive(queue: &SharedQueue) -> Result<Box<dyn Subscription>, Error> {
    let consumer = "dead-letters".to_owned();
    let options = SubscribeOptions { prefetch: PREFETCH, priority: 0, consumer };
    Ok(queue.subscribe(Topic::DeadLetters, options).await?)
}

/// What a delivery holds: letters, or what the broker itself put there.
fn letters(delivery: &Delivery) -> Vec<(String, Option<DeadLetter>)> {
    let envelopes = decode(delivery.payload.clone()).unwrap_or_default();
    let letters = envelopes.into_iter().map(|envelope| match envelope.body {
        Some(Body::DeadLetter(letter)) => (envelope.id, Some(letter)),
        _ => (envelope.id, None),
    });
    let letters: Vec<_> = letters.collect();
    if letters.is_empty() { vec![(delivery.id.clone(), None)] } else { letters }
}

/// The messages as they were, if each says where it belongs.
fn again(delivery: &Delivery) -> Option<Vec<Message>> {
    letters(delivery)
        .into_iter()
        .map(|(id, letter)| {
            let letter = letter?;
            let topic = letter.topic.parse().ok()?;
            let id = id.chars().filter(char::is_ascii_graphic).take(200).collect();
            Some(Message { id, topic, payload: letter.payload })
        })
        .collect()
}

//! The topology at the broker. `proto/switchboard/v1/topology.md` lists the same for people.

use lapin::{
    Channel, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString, ShortString},
};
use switchboard_queue::{
    Topic,
    topology::{Bounds, Kind},
};

use crate::{
    fault::Fault,
    names::{Names, short},
    settings::RabbitSettings,
};

/// How often a message may be given back before the broker sets it aside. Each service counts
/// poison in the store and puts it aside long before; this is the last net, and so high because
/// a consumer that crashes gives back all it had, the healthy ones too. (RabbitMQ 3 has no limit
/// unless set, RabbitMQ 4 has 20; with a limit, what is given back goes to the front.)
const DELIVERY_LIMIT: i32 = 100;

/// A listener's queue that no one consumes is deleted after so long.
const UNUSED_MILLISECONDS: i32 = 60_000;

/// Declares every exchange and every durable queue.
pub(crate) async fn everything(
    channel: &Channel,
    names: &Names,
    settings: &RabbitSettings,
) -> Result<(), Fault> {
    exchanges(channel, names).await?;
    for topic in Topic::all().filter(|topic| topic.kind() != Kind::Broadcast) {
        queue(channel, names, settings, topic).await?;
    }
    Ok(())
}

/// Declares the exchanges.
pub(crate) async fn exchanges(channel: &Channel, names: &Names) -> Result<(), Fault> {
    exchange(channel, names.unroutable(), ExchangeKind::Fanout, FieldTable::default()).await?;
    let mut arguments = FieldTable::default();
    arguments.insert("alternate-exchange".into(), text(names.unroutable().as_str()));
    exchange(channel, names.topics(), ExchangeKind::Direct, arguments).await?;
    for topic in Topic::all().filter(|topic| topic.kind() == Kind::Broadcast) {
        let name = names.exchange(topic);
        exchange(channel, name, ExchangeKind::Fanout, FieldTable::default()).await?;
    }
    Ok(())
}

/// Declares the queue of a topic and what leads to it.
pub(crate) async fn queue(
    channel: &Channel,
    names: &Names,
    settings: &RabbitSettings,
    topic: Topic,
) -> Result<ShortString, Fault> {
    let name = names.queue(topic)?;
    let arguments = arguments(names, settings, topic);
    channel
        .queue_declare(name.clone(), QueueDeclareOptions::durable(), arguments)
        .await
        .map_err(|error| Fault::from(error).while_declaring(name.as_str()))?;
    let (exchange, key) = match topic {
        Topic::Unroutable => (names.unroutable(), ShortString::default()),
        _ => (names.topics(), short(&topic.to_string())?),
    };
    bind(channel, name.clone(), exchange, key).await?;
    Ok(name)
}

/// Declares a queue for one listener of a broadcast; it goes with its consumer.
pub(crate) async fn listener(
    channel: &Channel,
    names: &Names,
    settings: &RabbitSettings,
    topic: Topic,
) -> Result<ShortString, Fault> {
    let options = QueueDeclareOptions {
        passive: false,
        durable: false,
        exclusive: true,
        auto_delete: true,
        nowait: false,
    };
    let mut arguments = bounds((settings.bounds)(topic));
    // A broadcast is a hint: a slow listener misses the oldest rather than stop the others.
    arguments.insert("x-overflow".into(), text("drop-head"));
    // Should its listener go between this and the consume.
    arguments.insert("x-expires".into(), AMQPValue::LongInt(UNUSED_MILLISECONDS));
    let queue = channel.queue_declare(ShortString::default(), options, arguments).await?;
    let name = queue.name().clone();
    bind(channel, name.clone(), names.exchange(topic), ShortString::default()).await?;
    Ok(name)
}

async fn exchange(
    channel: &Channel,
    name: ShortString,
    kind: ExchangeKind,
    arguments: FieldTable,
) -> Result<(), Fault> {
    let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
    channel
        .exchange_declare(name.clone(), kind, options, arguments)
        .await
        .map_err(|error| Fault::from(error).while_declaring(name.as_str()))
}

async fn bind(
    channel: &Channel,
    queue: ShortString,
    exchange: ShortString,
    key: ShortString,
) -> Result<(), Fault> {
    let options = QueueBindOptions::default();
    Ok(channel.queue_bind(queue, exchange, key, options, FieldTable::default()).await?)
}

fn arguments(names: &Names, settings: &RabbitSettings, topic: Topic) -> FieldTable {
    let mut arguments = bounds((settings.bounds)(topic));
    arguments.insert("x-queue-type".into(), text("quorum"));
    arguments.insert("x-overflow".into(), text("reject-publish"));
    if let Some(replicas) = settings.replicas {
        arguments.insert("x-quorum-initial-group-size".into(), AMQPValue::LongInt(replicas.into()));
    }
    if topic.kind() == Kind::Lane {
        arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    }
    if topic.kind() != Kind::Dead {
        arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(DELIVERY_LIMIT));
        arguments.insert("x-dead-letter-exchange".into(), text(names.topics().as_str()));
        let dead = Topic::DeadLetters.to_string();
        arguments.insert("x-dead-letter-routing-key".into(), text(&dead));
        // Needs reject-publish; with drop-head it would silently be at-most-once.
        arguments.insert("x-dead-letter-strategy".into(), text("at-least-once"));
    }
    arguments
}

fn bounds(bounds: Bounds) -> FieldTable {
    let number = |number| AMQPValue::LongLongInt(i64::try_from(number).unwrap_or(i64::MAX));
    let mut arguments = FieldTable::default();
    arguments.insert("x-max-length".into(), number(bounds.messages));
    arguments.insert("x-max-length-bytes".into(), number(bounds.bytes));
    arguments
}

fn text(text: &str) -> AMQPValue {
    AMQPValue::LongString(LongString::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::RabbitSettings;

    fn cell(arguments: &FieldTable, name: &str) -> String {
        match arguments.inner().get(name) {
            Some(AMQPValue::LongLongInt(number)) => number.to_string(),
            Some(AMQPValue::LongInt(number)) => number.to_string(),
            Some(AMQPValue::Boolean(flag)) => flag.to_string(),
            Some(other) => panic!("{name} is {other:?}"),
            None => "-".into(),
        }
    }

    #[test]
    fn the_table_for_people_says_what_is_declared() {
        let table = include_str!("../../../proto/switchboard/v1/topology.md");
        let names = Names::new("").unwrap();
        let url = "amqp://127.0.0.1".parse().unwrap();
        let settings = RabbitSettings::new(url, "test");
        let numbers =
            ["x-max-length", "x-max-length-bytes", "x-single-active-consumer", "x-delivery-limit"];
        for topic in Topic::all().filter(|topic| topic.kind() != Kind::Broadcast) {
            let name = match topic {
                Topic::Inbound(_) => "inbound.NN".to_owned(),
                Topic::Outbound(_) => "outbound.NN".to_owned(),
                other => other.to_string(),
            };
            let arguments = arguments(&names, &settings, topic);
            let cells = numbers.map(|number| cell(&arguments, number)).join(" | ");
            let row = format!("| `{name}` | {cells} |");
            assert!(table.contains(&row), "topology.md lacks the row {row}");
            let has = |name: &str| arguments.inner().contains_key(name);
            assert_eq!(has("x-delivery-limit"), has("x-dead-letter-strategy"), "{topic}");
        }
    }
}

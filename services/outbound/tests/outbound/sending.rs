//! What works: each send arrives once, in order, within the limits.

use switchboard_domain::Channel;
use switchboard_store::sends::State;

use crate::rig::{Rig, send};

#[tokio::test]
async fn a_text_arrives_once_on_each_channel() {
    let mut rig = Rig::start().await;
    let customers = [(Channel::Messenger, "51"), (Channel::Instagram, "61")];
    let customers = [&customers[..], &[(Channel::WhatsApp, "15551230001")]].concat();
    for (channel, customer) in customers.clone() {
        rig.write_in(channel, customer).await;
        rig.order(channel, customer, &[channel.as_str()]).await;
    }
    for (channel, customer) in customers {
        let id = rig.sent(channel.as_str()).await;
        assert!(!id.is_empty());
        assert_eq!(rig.texts(channel, customer).await, [channel.as_str()]);
        rig.state(channel.as_str(), State::Sent).await;
        assert_eq!(rig.accepted().await[&send(channel.as_str())], 1);
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_conversation_keeps_its_order() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "51").await;
    let texts: Vec<String> = (0..50).map(|number| format!("text {number}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for part in texts.chunks(20) {
        rig.order(Channel::Messenger, "51", part).await;
    }
    rig.sent("text 49").await;
    assert_eq!(rig.texts(Channel::Messenger, "51").await, texts);
    assert_eq!(rig.violations().await, 0);
    rig.stop().await;
}

//! Who a customer is, asked of Meta.

use serde_json::json;
use switchboard_contract::{
    Body, decode,
    wire::{ProfileFound, ProfileRequest},
};
use switchboard_domain::{Channel, shard::ConversationShard};
use switchboard_queue::{SubscribeOptions, Topic};

use crate::rig::{Rig, account, conversation, node, workspace};

/// The shard that the answers of this suite go to; the rig listens to another.
const SHARD: u16 = 1;

async fn ask(rig: &Rig, channel: Channel, customer: &str) {
    let request = ProfileRequest {
        workspace_id: workspace().to_string(),
        account_id: account(channel).to_string(),
        conversation_id: conversation(channel, customer).to_string(),
        conversation_shard: SHARD.into(),
        scoped_id: customer.into(),
    };
    rig.publish(channel, vec![(format!("who:{customer}"), Body::ProfileRequest(request))]).await;
}

#[tokio::test]
async fn a_customers_name_is_told_where_meta_knows_it() {
    let rig = Rig::start().await;
    let options = SubscribeOptions { prefetch: 10, priority: 0, consumer: "test".into() };
    let topic = Topic::Inbound(ConversationShard::new(SHARD).unwrap());
    let mut answers = rig.backend.queue.subscribe(topic, options).await.unwrap();
    for (channel, customer) in [(Channel::Messenger, "51"), (Channel::Instagram, "61")] {
        let known = json!({
            "account": node(channel), "id": customer, "name": "Maya Torres", "username": "maya"
        });
        rig.post("/_sim/customers", known).await;
        rig.write_in(channel, customer).await;
        // The stranger has no profile: there is no answer, and nobody waits for one.
        ask(&rig, channel, "999").await;
        ask(&rig, channel, customer).await;
        let deliveries = answers.next(10).await.unwrap();
        let envelopes = decode(deliveries[0].payload.clone()).unwrap();
        answers.ack(&[deliveries[0].tag]).await.unwrap();
        let username = (channel == Channel::Instagram).then(|| "maya".to_owned());
        let found = ProfileFound {
            workspace_id: workspace().to_string(),
            conversation_id: conversation(channel, customer).to_string(),
            name: Some("Maya Torres".into()),
            username,
        };
        assert_eq!(envelopes[0].body, Some(Body::ProfileFound(found)));
    }
    rig.stop().await;
}

//! Files that messages come with: outbound is asked to keep them, and the pages hear of it.

use serde_json::json;
use switchboard_contract::{Body, wire, wire::media_request::Do};
use switchboard_domain::Channel;
use switchboard_queue::Topic;
use switchboard_store::conversations;

use crate::{
    bodies::messaging,
    rig::{PAGE, Rig, outbound, workspace},
};

#[tokio::test]
async fn a_customers_file_is_to_be_kept_and_its_arrival_is_news() {
    let rig = Rig::start().await;
    let mut asked = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&messaging(json!({
        "sender": {"id": "9001"}, "recipient": {"id": PAGE}, "timestamp": 1_790_000_000_100_i64,
        "message": {"mid": "m_1", "attachments": [
            {"type": "image", "payload": {"url": "https://cdn.example/1.jpg"}}
        ]}
    })))
    .await;
    let request = loop {
        if let Some(Body::MediaRequest(request)) = asked.next_of_all().await.body {
            break request;
        }
    };
    let record = rig.conversation(Channel::Messenger, "9001", |_| true).await;
    let message = rig.transcript(&record, 1).await.remove(0);
    assert_eq!(request.message_id, message.id.to_string());
    assert_eq!(request.conversation_shard, u32::from(record.shard.number()));
    let Some(Do::Fetch(file)) = request.r#do else { panic!("nothing to fetch") };
    assert_eq!(file.url.as_deref(), Some("https://cdn.example/1.jpg"));

    let seen = rig.conversation(Channel::Messenger, "9001", |_| true).await.state.revision;
    let report = wire::MediaReport {
        workspace_id: workspace().to_string(),
        conversation_id: record.state.id.to_string(),
        message_id: message.id.to_string(),
    };
    let body = Body::MediaReport(report);
    rig.publish(Topic::Inbound(record.shard), "media", body).await;
    rig.until("the pages are told", move |db| {
        let now = conversations::load(db, record.state.id)?;
        Ok(now.filter(|now| now.state.revision > seen))
    })
    .await;
    rig.stop().await;
}

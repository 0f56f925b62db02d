//! What Meta tells beside plain messages: changes of messages, control of conversations, changes of
//! customers, news about accounts.

use serde_json::{Value, json};
use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Channel, Content, Timestamp,
    content::Template,
    conversation::{Author, Status},
    ids::{ContactId, MessageId},
    shard::AccountShard,
};
use switchboard_queue::Topic;
use switchboard_store::{
    account_events, contacts, conversations,
    messages::{self, Message},
    revisions,
};

use crate::rig::{
    NUMBER, Rig, account_id, echo, messaging, our_marker, says, whatsapp, whatsapp_change,
    workspace,
};

const PAGE_INBOX: u64 = 263_902_037_430_900;

fn item(customer: &str, key: &str, value: Value) -> Value {
    messaging(json!({
        "sender": {"id": customer}, "recipient": {"id": "101"},
        "timestamp": 1_790_000_000_300_i64, key: value
    }))
}

fn standby(customer: &str, mid: &str, text: &str) -> Value {
    let mut body = says(customer, mid, text);
    let entry = body["entry"][0].as_object_mut().unwrap();
    let items = entry.remove("messaging").unwrap();
    entry.insert("standby".into(), items);
    body
}

fn notices(transcript: &[Message]) -> Vec<&str> {
    transcript
        .iter()
        .filter_map(|message| match &message.content {
            Content::Notice(notice) => Some(notice.kind.as_str()),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn an_edited_message_says_what_it_says_now_and_what_it_said() {
    let rig = Rig::start().await;
    rig.webhook(&says("1", "m_1", "tow")).await;
    rig.webhook(&item("1", "message_edit", json!({"mid": "m_1", "text": "two", "num_edit": 1})))
        .await;
    let record = rig.conversation(Channel::Messenger, "1", |_| true).await;
    let id = rig.transcript(&record, 1).await[0].id;
    let edited = rig.until("an edit", move |db| {
        let message = messages::by_id(db, workspace(), id)?;
        Ok(message.filter(|message| message.revised_at.is_some()))
    });
    assert_eq!(edited.await.content, Content::text("two"));
    let before = rig.store.read(move |db| revisions::of(db, workspace(), id)).await.unwrap();
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].content, Content::text("tow"));
    rig.stop().await;
}

#[tokio::test]
async fn nothing_is_left_of_a_message_that_was_taken_back() {
    let rig = Rig::start().await;
    rig.webhook(&item(
        "1",
        "message",
        json!({"mid": "m_1", "text": "secret", "attachments": [
            {"type": "image", "payload": {"url": "https://cdn.example/1"}},
            {"type": "image", "payload": {"url": "https://cdn.example/2"}}
        ]}),
    ))
    .await;
    let record = rig.conversation(Channel::Messenger, "1", |_| true).await;
    let parts = rig.transcript(&record, 3).await;
    rig.webhook(&item("1", "message", json!({"mid": "m_1", "is_deleted": true}))).await;
    for part in parts {
        let unsent = rig.until("an unsending", move |db| {
            let message = messages::by_id(db, workspace(), part.id)?;
            Ok(message.filter(|message| message.content == Content::Unsent))
        });
        unsent.await;
        let raw = rig.store.read(move |db| messages::raw(db, workspace(), part.id)).await.unwrap();
        assert_eq!(raw, None, "the event had the text, too");
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_change_of_a_message_that_is_not_here_is_a_line() {
    let rig = Rig::start().await;
    rig.webhook(&item("1", "message_edit", json!({"mid": "m_0", "text": "new"}))).await;
    let record = rig.conversation(Channel::Messenger, "1", |_| true).await;
    let transcript = rig.transcript(&record, 1).await;
    assert_eq!(notices(&transcript), ["message_edit"]);
    rig.stop().await;
}

#[tokio::test]
async fn another_apps_conversation_is_shown_and_not_answered() {
    let rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    rig.webhook(&standby("1", "m_1", "for the inbox")).await;
    let away = |record: &conversations::Record| !record.state.thread.is_ours();
    let record = rig.conversation(Channel::Messenger, "1", away).await;
    assert_eq!(record.state.unread, 1);
    rig.webhook(&echo("1", "m_2", "the inbox answers", PAGE_INBOX, None)).await;
    let pass = json!({"previous_owner_app_id": PAGE_INBOX.to_string(), "new_owner_app_id": "77",
                      "metadata": "please"});
    rig.webhook(&item("1", "pass_thread_control", pass)).await;
    rig.webhook(&says("1", "m_3", "hello, bot")).await;
    // The first turn is about the first message that was ours to answer.
    let turn = turns.next_turn().await;
    let said = turn.messages.iter().filter_map(|said| said.content.clone());
    let said: Vec<Content> = said.map(|content| Content::try_from(content).unwrap()).collect();
    assert_eq!(said, [Content::text("hello, bot")]);
    let transcript = rig.transcript(&record, 4).await;
    assert!(transcript[0].context.standby);
    assert_eq!(transcript[1].author, Author::Elsewhere);
    assert_eq!(transcript[1].context.app, Some(PAGE_INBOX.to_string()));
    assert_eq!(notices(&transcript), ["thread_ours"]);
    rig.stop().await;
}

#[tokio::test]
async fn control_that_an_agent_asks_for_is_asked_of_meta() {
    let rig = Rig::start().await;
    let shard = AccountShard::of(&account_id(Channel::Messenger).to_string());
    let mut sends = rig.listen(Topic::Outbound(shard)).await;
    rig.webhook(&standby("1", "m_1", "hello")).await;
    let record = rig.conversation(Channel::Messenger, "1", |_| true).await;
    let take = wire::ThreadAction { r#do: Some(wire::thread_action::Do::Take(wire::Empty {})) };
    rig.agent_action(&record, "take", wire::agent_action::Action::Thread(take.clone())).await;
    let request = loop {
        match sends.next().await.body {
            Some(Body::ThreadRequest(request)) => break request,
            Some(Body::Signal(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(request.action, Some(take.clone()));
    assert_eq!(request.recipient.unwrap().scoped_id.as_deref(), Some("1"));
    let report = wire::ThreadReport {
        workspace_id: workspace().to_string(),
        conversation_id: record.state.id.to_string(),
        action: Some(take),
        refused: None,
    };
    rig.publish(Topic::Inbound(record.shard), "report", Body::ThreadReport(report)).await;
    rig.conversation(Channel::Messenger, "1", |record| record.state.thread.is_ours()).await;
    rig.stop().await;
}

#[tokio::test]
async fn a_customer_with_a_new_number_keeps_the_conversation() {
    let rig = Rig::start().await;
    rig.webhook(&whatsapp("wamid.1", "hello", Some("15551"), Some("US.1"))).await;
    let record = rig.conversation(Channel::WhatsApp, "US.1", |_| true).await;
    rig.webhook(&whatsapp_change(
        "messages",
        json!({
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1555", "phone_number_id": NUMBER},
            "messages": [{"from": "15551", "from_user_id": "US.1", "id": "wamid.2",
                "timestamp": "1790000001", "type": "system", "system": {
                    "type": "user_changed_number", "body": "Ann changed to 15552",
                    "wa_id": "15552", "user_id": "US.2", "previous_user_id": "US.1"}}]
        }),
    ))
    .await;
    // Two ids are two shards, and those have no order among each other.
    rig.transcript(&record, 2).await;
    rig.webhook(&whatsapp("wamid.3", "still me", Some("15552"), Some("US.2"))).await;
    let transcript = rig.transcript(&record, 3).await;
    assert_eq!(notices(&transcript), ["customer_changed"]);
    assert_eq!(transcript[2].content, Content::text("still me"));
    let contact = record.contact;
    let read = move |db: &mut _| contacts::by_id(db, workspace(), contact);
    let contact = rig.store.read(read).await.unwrap().unwrap();
    assert_eq!(contact.phone.as_deref(), Some("15552"));
    assert_eq!(contact.user_id.as_deref(), Some("US.2"));
    // Somebody else has the old number now.
    rig.webhook(&whatsapp("wamid.4", "I am new", Some("15551"), None)).await;
    rig.conversation(Channel::WhatsApp, "15551", |record| record.state.unread == 1).await;
    rig.stop().await;
}

#[tokio::test]
async fn two_conversations_of_one_customer_become_one() {
    let rig = Rig::start().await;
    rig.webhook(&whatsapp("wamid.1", "by number", Some("15551"), None)).await;
    rig.webhook(&whatsapp("wamid.2", "by user id", None, Some("US.1"))).await;
    let by_number = rig.conversation(Channel::WhatsApp, "15551", |_| true).await;
    let by_user = rig.conversation(Channel::WhatsApp, "US.1", |_| true).await;
    assert_ne!(by_number.state.id, by_user.state.id);
    rig.webhook(&whatsapp("wamid.3", "by both", Some("15551"), Some("US.1"))).await;
    let closed = |record: &conversations::Record| record.state.status == Status::Resolved;
    rig.conversation(Channel::WhatsApp, "15551", closed).await;
    let transcript = rig.transcript(&by_number, 2).await;
    assert_eq!(notices(&transcript), ["merged"]);
    // What nobody had read there is to be read here, by a person.
    let waits = |record: &conversations::Record| {
        matches!(record.state.status, Status::Waiting { .. }) && record.state.unread == 3
    };
    rig.conversation(Channel::WhatsApp, "US.1", waits).await;
    assert_eq!(notices(&rig.transcript(&by_user, 3).await), ["joined"]);
    // From now on the number alone leads to the one that goes on.
    rig.webhook(&whatsapp("wamid.4", "by number again", Some("15551"), None)).await;
    assert_eq!(rig.transcript(&by_user, 4).await[3].content, Content::text("by number again"));
    rig.stop().await;
}

#[tokio::test]
async fn what_meta_says_about_an_account_is_kept_as_a_sentence() {
    let rig = Rig::start().await;
    let shard = AccountShard::of(&account_id(Channel::WhatsApp).to_string());
    let mut errands = rig.listen(Topic::Outbound(shard)).await;
    rig.webhook(&whatsapp_change(
        "message_template_status_update",
        json!({
            "event": "PAUSED", "message_template_id": 7, "message_template_name": "order_ready",
            "message_template_language": "en_US", "reason": "NONE"
        }),
    ))
    .await;
    let account = account_id(Channel::WhatsApp);
    let found = rig.until("an account event", move |db| {
        let far = Timestamp::from_secs(i64::MAX >> 24);
        Ok(account_events::page(db, workspace(), account, far, 10)?.pop())
    });
    let found = found.await;
    assert_eq!(found.severity, "warning");
    assert_eq!(found.sentence, "The template order_ready (en_US) is paused.");
    assert!(found.raw.contains("order_ready"));
    match errands.next().await.body {
        Some(Body::Errand(errand)) => assert_eq!(errand.kind, "sync_templates"),
        other => panic!("{other:?}"),
    }
    rig.stop().await;
}

fn status(id: &str, more: &Value) -> Value {
    let mut status = json!({
        "id": id, "status": "failed", "timestamp": "1790000001", "recipient_id": "15551"});
    status.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    whatsapp_change(
        "messages",
        json!({
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1555", "phone_number_id": NUMBER},
            "statuses": [status]
        }),
    )
}

fn with_code(code: i64) -> Value {
    json!({"errors": [{"code": code, "title": "no", "message": "no"}]})
}

/// Meta may tell of it in the answer to a send, or in a status that comes later: that names the message,
/// and the message its template.
#[tokio::test]
async fn a_status_that_a_template_is_paused_names_it_and_has_the_list_fetched() {
    let rig = Rig::start().await;
    let shard = AccountShard::of(&account_id(Channel::WhatsApp).to_string());
    let mut outbound = rig.listen(Topic::Outbound(shard)).await;
    rig.webhook(&status("wamid.8", &with_code(131_026))).await;
    rig.webhook(&status("wamid.9", &with_code(132_015))).await;
    match outbound.next().await.body {
        Some(Body::Errand(errand)) => {
            assert_eq!((&*errand.kind, &*errand.input), ("sync_templates", ""), "of nobody's");
        }
        other => panic!("{other:?}"),
    }

    rig.webhook(&whatsapp("wamid.1", "hello", Some("15551"), None)).await;
    let record = rig.conversation(Channel::WhatsApp, "15551", |_| true).await;
    let template = Template {
        name: "order_ready".into(),
        language: "en_US".into(),
        text: "Your order is ready.".into(),
        ..Template::default()
    };
    let reply = wire::agent_action::Reply {
        message_id: MessageId::derive("template").to_string(),
        content: Some(Content::Template(Box::new(template)).into()),
        reply_to: None,
    };
    rig.agent_action(&record, "template", wire::agent_action::Action::Reply(reply)).await;
    let send = outbound.next_send().await;
    let mut late = with_code(132_016);
    late["biz_opaque_callback_data"] = our_marker(&send).into();
    rig.webhook(&status("wamid.10", &late)).await;
    let signs_of_life = |body: &Option<Body>| matches!(body, Some(Body::Signal(_)));
    let mut body = outbound.next().await.body;
    while signs_of_life(&body) {
        body = outbound.next().await.body;
    }
    match body {
        Some(Body::Errand(errand)) => {
            let input: Value = serde_json::from_str(&errand.input).unwrap();
            let named = json!({"name": "order_ready", "language": "en_US", "status": "DISABLED"});
            assert_eq!(input["out_of_use"], named);
        }
        other => panic!("{other:?}"),
    }
    rig.stop().await;
}

/// A receipt names a message of ours: whoever the customer is called in it, it is that one's.
#[tokio::test]
async fn receipts_begin_no_conversations() {
    let rig = Rig::start().await;
    rig.webhook(&item("9", "read", json!({"watermark": 1_790_000_000_000_i64}))).await;
    assert_eq!(rig.unrouted(1).await[0].reason, "about a customer not known here");
    let contact = ContactId::derive(&format!("{}/9", account_id(Channel::Messenger)));
    let read = move |db: &mut _| contacts::by_id(db, workspace(), contact);
    assert_eq!(rig.store.read(read).await.unwrap(), None);
    rig.stop().await;
}

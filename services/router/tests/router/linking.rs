//! Whom customers turn out to be, and whom they do not.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_contract::wire::{Empty, agent_action::Action};
use switchboard_domain::{Channel, Content, conversation::Author};
use switchboard_store::{
    conversations::Record,
    linking::{
        bonds::{self, Bond},
        code::Login,
    },
    messages::Message,
};
use uuid::Uuid;

use crate::rig::{
    PAGE, Rig, account_id, clock, linking_keys, messaging, outbound, pass, says, workspace,
};

fn linked(customer: &str, at: i64, code: Option<&str>) -> Value {
    let mut event = json!({"status": "linked"});
    if let Some(code) = code {
        event["authorization_code"] = code.into();
    }
    change(customer, at, event)
}

fn unlinked(customer: &str, at: i64) -> Value {
    change(customer, at, json!({"status": "unlinked"}))
}

fn change(customer: &str, at: i64, event: Value) -> Value {
    messaging(json!({"sender": {"id": customer}, "recipient": {"id": PAGE},
        "timestamp": 1_790_000_000_000_i64 + at, "account_linking": event}))
}

fn login(psid: &str) -> Login {
    let who = ("C-1001".to_owned(), Some("Ada".to_owned()));
    Login::new(Uuid::now_v7(), psid.to_owned(), who, clock())
}

fn sealed(login: &Login) -> String {
    login.seal(&linking_keys(), (workspace(), account_id(Channel::Messenger))).unwrap()
}

async fn bond(rig: &Rig, record: &Record) -> Option<Bond> {
    let contact = record.contact;
    rig.store.read(move |db| bonds::of(db, workspace(), contact)).await.unwrap()
}

/// A customer who wrote, so that we may write to them.
async fn customer(rig: &Rig, psid: &str) -> Record {
    rig.webhook(&says(psid, &format!("m_{psid}"), "hello")).await;
    rig.conversation(Channel::Messenger, psid, |_| true).await
}

fn notice(message: &Message) -> (&str, &str) {
    let Content::Notice(notice) = &message.content else { panic!("{message:?}") };
    assert_eq!(message.author, Author::System);
    (&notice.kind, &notice.text)
}

#[tokio::test]
async fn a_code_binds_the_customer_it_was_made_for() {
    let rig = Rig::start().await;
    let record = customer(&rig, "9001").await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&linked("9001", 1, Some(&sealed(&login("9001"))))).await;
    let transcript = rig.transcript(&record, 3).await;
    assert_eq!(notice(&transcript[1]), ("account_linked", "The customer logged in as C-1001."));
    let confirmation = "Thank you, Ada. You are logged in as customer C-1001.";
    assert_eq!(transcript[2].content.as_words(), Some(confirmation));
    let send = sends.next_send().await;
    assert_eq!(Content::try_from(send.content.unwrap()).unwrap(), Content::text(confirmation));
    let bond = bond(&rig, &record).await.unwrap();
    assert_eq!((bond.customer_number.as_str(), bond.since), ("C-1001", clock()));
    assert_eq!(bond.customer_name.as_deref(), Some("Ada"));
    rig.stop().await;
}

#[tokio::test]
async fn what_proves_nothing_binds_nobody_and_is_seen() {
    let rig = Rig::start().await;
    let victim = login("9001");
    let code = sealed(&victim);
    customer(&rig, "9001").await;
    let thief = customer(&rig, "6666").await;
    rig.webhook(&linked("6666", 1, Some(&code))).await;
    rig.webhook(&linked("6666", 2, Some("AQB-a-code-of-another-system"))).await;
    rig.webhook(&linked("6666", 3, None)).await;
    let transcript = rig.transcript(&thief, 4).await;
    let texts: Vec<_> = transcript[1..].iter().map(notice).collect();
    assert!(texts.iter().all(|(kind, _)| *kind == "account_linking_refused"));
    assert!(texts[0].1.contains("somebody else"), "{texts:?}");
    assert!(texts[1].1.contains("not made here"), "{texts:?}");
    assert!(texts[2].1.contains("says nothing"), "{texts:?}");
    assert_eq!(bond(&rig, &thief).await, None);

    // Who it was made for can still use it: a thief does not use it up.
    let record = rig.conversation(Channel::Messenger, "9001", |_| true).await;
    rig.webhook(&linked("9001", 4, Some(&code))).await;
    rig.transcript(&record, 3).await;
    assert!(bond(&rig, &record).await.is_some());
    rig.stop().await;
}

#[tokio::test]
async fn a_code_binds_once_and_for_five_minutes() {
    let rig = Rig::start().await;
    let record = customer(&rig, "9001").await;
    let (first, late) = (sealed(&login("9001")), sealed(&login("9001")));
    rig.webhook(&linked("9001", 1, Some(&first))).await;
    rig.transcript(&record, 3).await;
    rig.webhook(&unlinked("9001", 2)).await;
    let transcript = rig.transcript(&record, 5).await;
    assert_eq!(notice(&transcript[3]), ("account_unlinked", "The customer logged out."));
    assert!(transcript[4].content.as_words().unwrap().starts_with("You are logged out."));

    rig.webhook(&linked("9001", 3, Some(&first))).await;
    let transcript = rig.transcript(&record, 6).await;
    assert!(notice(&transcript[5]).1.contains("used before"));
    pass(Duration::from_secs(301));
    rig.webhook(&linked("9001", 4, Some(&late))).await;
    let transcript = rig.transcript(&record, 7).await;
    assert!(notice(&transcript[6]).1.contains("longer than five minutes"));
    assert_eq!(bond(&rig, &record).await, None);
    rig.stop().await;
}

#[tokio::test]
async fn an_agent_unlinks_and_the_customer_hears_of_it_once() {
    let rig = Rig::start().await;
    let record = customer(&rig, "9001").await;
    rig.webhook(&linked("9001", 1, Some(&sealed(&login("9001"))))).await;
    rig.transcript(&record, 3).await;
    rig.agent_action(&record, "unlink", Action::Unlink(Empty {})).await;
    let transcript = rig.transcript(&record, 5).await;
    let text = "An agent disconnected the customer's account.";
    assert_eq!(notice(&transcript[3]), ("account_unlinked", text));
    assert_eq!(bond(&rig, &record).await, None);
    // Meta tells of it too.
    rig.webhook(&unlinked("9001", 2)).await;
    let transcript = rig.transcript(&record, 6).await;
    assert_eq!(notice(&transcript[5]).0, "account_unlinked");
    rig.webhook(&says("9001", "m_last", "bye")).await;
    assert_eq!(rig.transcript(&record, 7).await.len(), 7, "no second confirmation");
    rig.stop().await;
}

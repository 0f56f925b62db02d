//! What a mail server can do to mails, and what desks do that die or are two.

use std::time::Duration;

use serde_json::json;
use switchboard_domain::{
    ids::MailId,
    notices::NoticeKind::{Mentioned, Waiting},
};
use switchboard_store::{
    Db,
    notices::{
        items::{self, Item},
        mailboxes, mails,
    },
};
use switchboard_testkit::smtp::Verdict;

use crate::{
    mailing::{MINUTE, Mailing, now, pass},
    world,
};

const ANN: &str = "ann@here.example";

#[tokio::test]
async fn what_the_server_puts_off_comes_again_as_the_same_mail() {
    let mut desk = Mailing::start().await;
    desk.chooses("ann", json!({"waiting": true})).await;
    desk.smtp.answers(&[], Verdict::Says("451 4.3.0 later")).unwrap();
    desk.happens(&[(Waiting, "waiting", None)]).await;
    let first = desk.to("ann", 1).await.remove(0);
    assert_eq!(first.fate, "451 4.3.0 later");
    desk.smtp.answers(&[(ANN, "450 4.2.1 busy")], Verdict::Takes).unwrap();
    pass(MINUTE * 2);
    desk.settles().await;
    desk.smtp.kill9();
    desk.smtp.start_again().await.unwrap();
    desk.smtp.answers(&[], Verdict::Takes).unwrap();
    pass(MINUTE * 40);
    let mails = desk.to("ann", 2).await;
    assert_eq!(mails[1].fate, "250 2.0.0 OK");
    assert_eq!(first.header("Message-ID"), mails[1].header("Message-ID"));
    let told = desk.mails("sent").await;
    assert_eq!(told[0]["conversations"], 1, "{told}");
    desk.stop().await;
}

#[tokio::test]
async fn a_refused_address_is_mailed_no_more_until_a_test_mail_arrives() {
    let desk = Mailing::start().await;
    desk.chooses("ann", json!({"waiting": true, "mentioned": true, "every_minutes": 1})).await;
    desk.smtp.answers(&[(ANN, "550 5.1.1 no such user")], Verdict::Takes).unwrap();
    desk.happens(&[(Waiting, "waiting", None)]).await;
    let refused = async || desk.admin.get("/notifications/defaults").await.1["refused"].clone();
    while refused().await == json!([]) {
        tokio::task::yield_now().await;
    }
    let told = refused().await;
    assert_eq!(told[0]["address"], ANN);
    assert!(told[0]["because"].as_str().unwrap().contains("550 5.1.1 no such user"), "{told}");
    let ann = desk.world.as_user("ann").await;
    let (_, hers) = ann.get("/me/notifications").await;
    assert!(hers["refused"].is_string(), "{hers}");

    desk.smtp.answers(&[], Verdict::Takes).unwrap();
    pass(MINUTE * 10);
    desk.happens(&[(Mentioned, "old", Some("ann"))]).await;
    desk.settles().await;
    assert_eq!(desk.count("ann"), 0, "nobody tries again by themselves");
    let test = json!({"user_id": desk.world.here.user("ann")});
    let (_, tested) = desk.admin.post("/notifications/test", test).await;
    assert_eq!(tested, json!({"taken": true, "answer": "2.0.0 OK"}));
    assert_eq!(refused().await, json!([]));
    desk.happens(&[(Mentioned, "old", Some("ann"))]).await;
    let mails = desk.to("ann", 2).await;
    assert_eq!(mails[0].header("Subject"), "A test of Switchboard's mails");
    desk.stop().await;
}

#[tokio::test]
async fn a_mail_that_may_have_arrived_is_not_sent_again() {
    let desk = Mailing::start().await;
    desk.chooses("ann", json!({"waiting": true, "mentioned": true})).await;
    desk.smtp.answers(&[], Verdict::Drops).unwrap();
    desk.happens(&[(Waiting, "waiting", None)]).await;
    desk.mails("uncertain").await;
    desk.smtp.answers(&[], Verdict::Takes).unwrap();
    pass(MINUTE * 60);
    desk.happens(&[(Mentioned, "old", Some("ann"))]).await;
    let mails = desk.to("ann", 2).await;
    assert_eq!((mails[0].fate.as_str(), mails[1].fate.as_str()), ("drop", "250 2.0.0 OK"));
    assert!(!mails[1].says().contains("Customer waiting"), "{}", mails[1].text);
    desk.stop().await;
}

#[tokio::test]
async fn a_mail_that_the_server_will_never_take_is_let_go() {
    let desk = Mailing::start().await;
    desk.chooses("ann", json!({"waiting": true})).await;
    desk.smtp.answers(&[], Verdict::Says("554 5.7.1 spam")).unwrap();
    desk.happens(&[(Waiting, "waiting", None)]).await;
    let mails = desk.mails("refused").await;
    assert!(mails[0]["answer"].as_str().unwrap().contains("554 5.7.1 spam"), "{mails}");
    desk.smtp.answers(&[], Verdict::Takes).unwrap();
    pass(MINUTE * 60);
    desk.settles().await;
    assert_eq!(desk.count("ann"), 1);
    desk.stop().await;
}

#[tokio::test]
async fn what_a_desk_was_sending_when_it_died_is_not_sent_by_another() {
    let desk = Mailing::gathering("3600").await;
    desk.chooses("ann", json!({"waiting": true, "mentioned": true, "every_minutes": 1})).await;
    let here = desk.world.here.clone();
    // Another desk has begun, and is gone.
    let at = now();
    let begin = move |db: &mut Db| {
        let item = Item {
            user: here.user("ann"),
            workspace: here.workspace,
            conversation: here.conversation("waiting"),
            kind: Waiting,
            ticket: 1,
            at,
        };
        mailboxes::open(db, item.workspace, item.user)?;
        items::put(db, &item, at)?;
        mailboxes::lease(db, item.user, ("dead", at), Duration::from_secs(20))?;
        mails::begin(db, (MailId::derive("lost"), "dead"), (&[item], 1), at)
    };
    assert!(desk.world.backend.store.write(begin).await.unwrap());
    assert_eq!(desk.mails("sending").await[0]["answer"], "");
    pass(MINUTE);
    desk.happens(&[(Mentioned, "old", Some("ann"))]).await;
    pass(MINUTE * 60);
    let mail = desk.to("ann", 1).await.remove(0);
    assert_eq!(mail.header("Subject"), "Customer old (here number): has a note for you");
    let (_, mails) = desk.admin.get("/notifications/mails").await;
    let lost = mails.as_array().unwrap().iter().find(|one| one["state"] == "uncertain").unwrap();
    assert!(lost["answer"].as_str().unwrap().contains("ended"), "{mails}");
    desk.stop().await;
}

#[tokio::test]
async fn two_desks_send_each_mail_once() {
    let desk = Mailing::start().await;
    desk.defaults(json!({"waiting": true, "mentioned": true, "every_minutes": 1}), false).await;
    let other = world::start(&desk.world.backend, world::quick()).await;
    let people = ["ann", "bob", "supervisor", "admin"];
    for round in 1..=3 {
        let notes = people.map(|who| (Mentioned, "old", Some(who)));
        let all: Vec<_> = [(Waiting, "waiting", None)].into_iter().chain(notes).collect();
        desk.happens(&all).await;
        for who in people {
            desk.to(who, round).await;
        }
        pass(MINUTE * 2);
    }
    // Whatever either was at is over when it has stopped.
    other.stop().await;
    let Mailing { world, smtp, .. } = desk;
    world.stop().await;
    let mut ids: Vec<String> = smtp.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), people.len() * 3);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), people.len() * 3);
}

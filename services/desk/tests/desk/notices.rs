//! Who is told of what by e-mail, and when.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_domain::{
    conversation::Status,
    dispatch::Presence,
    notices::NoticeKind::{Assigned, Mentioned, Started, Waiting},
};
use switchboard_store::{Db, contacts, conversations, mentions};

use crate::{
    client::{Client, answer},
    mailing::{MINUTE, Mailing, now, pass},
    world::World,
};

const WEEK: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

#[tokio::test]
async fn an_offline_agent_gets_one_mail_with_all_there_is_and_the_next_later() {
    let desk = Mailing::start().await;
    desk.chooses("ann", json!({"waiting": true, "assigned": true, "mentioned": true})).await;
    let all =
        [(Waiting, "waiting", None), (Assigned, "anns", Some("ann")), (Waiting, "waiting", None)];
    desk.happens(&all).await;
    let mail = desk.to("ann", 1).await.remove(0);
    assert_eq!(mail.from, "desk@shop.example");
    assert_eq!(mail.header("Subject"), "2 conversations need you");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("To"), "ann <ann@here.example>");
    let said = mail.says();
    for text in ["Customer waiting (here page)", "waits for a person since 20", "(Europe/Berlin)"] {
        assert!(said.contains(text), "{said}");
    }
    for conversation in ["waiting", "anns"] {
        let link = format!("http://127.0.0.1:8081/#{}", desk.world.here.conversation(conversation));
        assert!(said.contains(&link), "{said}");
    }
    assert!(!said.contains("And now?"), "nothing that customers wrote");

    desk.happens(&[(Mentioned, "old", Some("ann"))]).await;
    desk.settles().await;
    assert_eq!(desk.count("ann"), 1, "half an hour is not over");
    pass(MINUTE * 30);
    let mails = desk.to("ann", 2).await;
    assert_eq!(mails[1].header("Subject"), "Customer old (here number): has a note for you");
    assert!(!mails[1].says().contains("Customer anns"), "each is told once");
    assert_ne!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    desk.stop().await;
}

#[tokio::test]
async fn who_is_there_or_away_is_told_only_if_they_want_it() {
    let desk = Mailing::start().await;
    desk.chooses("ann", json!({"waiting": true})).await;
    desk.chooses("supervisor", json!({"waiting": true, "when": "away"})).await;
    desk.chooses("admin", json!({"waiting": true, "when": "always"})).await;
    desk.is("ann", Presence::Away).await;
    desk.is("supervisor", Presence::Away).await;
    desk.is("admin", Presence::Online).await;
    desk.happens(&[(Waiting, "waiting", None)]).await;
    desk.to("supervisor", 1).await;
    desk.to("admin", 1).await;
    desk.settles().await;
    assert_eq!(desk.count("ann"), 0);
    desk.stop().await;
}

#[tokio::test]
async fn what_is_settled_before_the_mail_is_not_told() {
    let desk = Mailing::gathering("60").await;
    desk.chooses("ann", json!({"waiting": true, "mentioned": true})).await;
    desk.chooses("supervisor", json!({"waiting": true})).await;
    let all = [(Waiting, "waiting", None), (Mentioned, "old", Some("ann"))];
    desk.happens(&all).await;
    desk.settles().await;
    // Both were told of it after a minute; now somebody answers, and something else comes.
    let (ann, supervisor) = (desk.to("ann", 1).await, desk.to("supervisor", 1).await);
    assert!(ann[0].header("Subject").starts_with("2 ") && supervisor.len() == 1);

    pass(MINUTE * 30);
    desk.happens(&all).await;
    let here = &desk.world.here;
    let (workspace, user, id) = (here.workspace, here.user("ann"), here.conversation("waiting"));
    let at = now();
    let settle = move |db: &mut Db| {
        let mut record = conversations::load(db, id)?.unwrap();
        record.state.status = Status::Agent { agent: user };
        conversations::save(db, &record, at)?;
        mentions::see(db, workspace, user, at)
    };
    desk.world.backend.store.write(settle).await.unwrap();
    pass(MINUTE * 2);
    desk.settles().await;
    assert_eq!((desk.count("ann"), desk.count("supervisor")), (1, 1));
    desk.stop().await;
}

#[tokio::test]
async fn nobody_is_told_of_what_they_may_not_see() {
    let desk = Mailing::start().await;
    let all = json!({"started": true, "waiting": true, "waits_minutes": 5, "assigned": true});
    desk.defaults(all, false).await;
    // On the number, for which no team of ann's answers; and as if it were hers, which is bob's.
    desk.happens(&[(Started, "elsewhere", None), (Assigned, "bobs", Some("ann"))]).await;
    desk.to("admin", 1).await;
    desk.to("supervisor", 1).await;
    desk.settles().await;
    assert_eq!(desk.count("ann"), 0);
    desk.stop().await;
}

#[tokio::test]
async fn a_long_wait_is_told_when_it_is_long_and_only_of_the_chosen_teams() {
    let desk = Mailing::start().await;
    desk.chooses("ann", json!({"waits_minutes": 10})).await;
    let service = json!({"waits_minutes": {"teams": [desk.world.here.team("service")]}});
    desk.chooses("admin", json!({"waits_minutes": 10, "only": service})).await;
    // She is there when it begins to wait, and gone when it has waited long.
    desk.is("ann", Presence::Online).await;
    desk.happens(&[(Waiting, "waiting", None)]).await;
    desk.settles().await;
    desk.is("ann", Presence::Offline).await;
    assert_eq!(desk.count("ann"), 0);
    pass(MINUTE * 10);
    let mail = desk.to("ann", 1).await.remove(0);
    assert_eq!(mail.header("Subject"), "Customer waiting (here page): waits long");
    desk.settles().await;
    assert_eq!(desk.count("admin"), 0, "another team's");
    desk.stop().await;
}

#[tokio::test]
async fn quiet_hours_hold_mails_back_until_they_end() {
    let desk = Mailing::start().await;
    let hour = |ahead: Duration| {
        let minutes = now().plus(ahead).as_millis().div_euclid(60_000).rem_euclid(24 * 60);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    // From a quarter of an hour ago on, for three hours.
    let quiet = json!({"days": WEEK, "from": hour(MINUTE * 1425), "to": hour(MINUTE * 180)});
    desk.chooses("ann", json!({"waiting": true, "quiet": [quiet], "zone": "UTC"})).await;
    desk.happens(&[(Waiting, "waiting", None)]).await;
    desk.settles().await;
    assert_eq!(desk.count("ann"), 0);
    pass(MINUTE * 180);
    desk.to("ann", 1).await;
    desk.stop().await;
}

#[tokio::test]
async fn what_fell_into_a_quiet_weekend_is_told_after_it_in_one_mail_unless_it_is_settled() {
    let desk = Mailing::start().await;
    // Today, tomorrow and the day after are the weekend.
    let day = MINUTE * 60 * 24;
    let minutes = usize::try_from(now().as_millis().div_euclid(60_000)).unwrap();
    let (today, minute) = (minutes / (24 * 60), minutes % (24 * 60));
    // The first day of the epoch was a Thursday.
    let days: Vec<_> = WEEK.into_iter().cycle().skip((today + 3) % 7).take(3).collect();
    let weekend = json!({"days": days, "from": "00:00", "to": "24:00"});
    let quiet = json!({"waiting": true, "started": true, "quiet": [weekend]});
    desk.chooses("ann", quiet.clone()).await;
    desk.chooses("admin", quiet.clone()).await;
    desk.happens(&[(Waiting, "waiting", None), (Started, "waiting", None)]).await;
    desk.settles().await;
    assert_eq!((desk.count("ann"), desk.count("admin")), (0, 0));
    // Who wants less by then is told less.
    let mut less = quiet;
    less["only"] = json!({"started": {"accounts": [desk.world.here.account("number")]}});
    desk.chooses("admin", less).await;
    // More than a day later it is quiet still.
    pass(day + MINUTE * 60);
    desk.settles().await;
    assert_eq!((desk.count("ann"), desk.count("admin")), (0, 0));
    pass(day * 2 - MINUTE * 60 - MINUTE * u32::try_from(minute).unwrap());
    let mail = desk.to("ann", 1).await.remove(0);
    let said = mail.says();
    assert!(said.contains("waits for a person") && said.contains("writes to us"), "{said}");
    let mail = desk.to("admin", 1).await.remove(0);
    assert!(!mail.says().contains("writes to us"), "{}", mail.says());
    desk.settles().await;
    assert_eq!((desk.count("ann"), desk.count("admin")), (1, 1));
    desk.stop().await;
}

#[tokio::test]
async fn names_are_text_and_words_are_told_only_if_the_workspace_wants_it() {
    let desk = Mailing::start().await;
    desk.defaults(json!({}), true).await;
    desk.chooses("ann", json!({"waiting": true})).await;
    let here = desk.world.here.clone();
    let at = now();
    let rename = move |db: &mut Db| {
        let record = conversations::load(db, here.conversation("waiting"))?.unwrap();
        let mut contact = contacts::by_id(db, here.workspace, record.contact)?.unwrap();
        contact.name = Some("<script>Eve</script>\r\nBcc: bob@here.example".into());
        contacts::save(db, &contact, at)
    };
    desk.world.backend.store.write(rename).await.unwrap();
    desk.happens(&[(Waiting, "waiting", None)]).await;
    let mail = desk.to("ann", 1).await.remove(0);
    assert_eq!((mail.header("Bcc"), mail.to.len()), (String::new(), 1));
    let said = mail.says();
    let (text, html) = said.split_once("text/html").unwrap();
    assert!(text.contains("<script>Eve</script> Bcc: bob@here.example (here page)"), "{text}");
    assert!(html.contains("&#60;script&#62;Eve") && !html.contains("<script>"), "{html}");
    assert!(text.contains("\"And now?\"") && html.contains("And now?"), "{said}");
    desk.stop().await;
}

#[tokio::test]
async fn one_click_in_the_mail_ends_the_mails_without_a_log_in() {
    let desk = Mailing::start().await;
    desk.defaults(json!({"waiting": true}), false).await;
    desk.happens(&[(Waiting, "waiting", None)]).await;
    let mail = desk.to("ann", 1).await.remove(0);
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let listed = mail.header("List-Unsubscribe");
    let address = listed.trim_start_matches('<').trim_end_matches('>');
    let path = address.strip_prefix("http://127.0.0.1:8081").unwrap();
    let (http, url) = (reqwest::Client::new(), format!("{}{path}", desk.world.desk.url()));
    let ann = desk.world.as_user("ann").await;
    let chosen = async || ann.get("/me/notifications").await.1;

    // Scanners of mails open every address.
    let opened = http.get(&url).send().await.unwrap();
    assert_eq!(opened.status(), StatusCode::OK);
    assert!(opened.text().await.unwrap().contains("method=\"post\""));
    assert_eq!(
        (&chosen().await["own"], &chosen().await["choice"]["waiting"]),
        (&json!(false), &json!(true))
    );
    let (other, bobs) = (desk.world.here.user("ann"), desk.world.here.user("bob"));
    let forged = url.replace(&other.to_string(), &bobs.to_string());
    for wrong in [forged, url.replace("&t=v1", "&t=v2"), url.replace("&t=", "&x=")] {
        let refused = http.post(&wrong).send().await.unwrap();
        assert!(refused.status().is_client_error(), "{wrong}");
    }
    let form = [("List-Unsubscribe", "One-Click")];
    for _ in 0..2 {
        assert_eq!(http.post(&url).form(&form).send().await.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(
        (&chosen().await["own"], &chosen().await["choice"]["waiting"]),
        (&json!(true), &json!(false))
    );
    let (_, log) = desk.admin.get("/audit").await;
    assert!(log.to_string().contains("POST /unsubscribe"), "{log}");

    pass(MINUTE * 60);
    desk.happens(&[(Waiting, "waiting", None)]).await;
    desk.settles().await;
    assert_eq!(desk.count("ann"), 1);
    desk.stop().await;
}

/// Chooses as before, but for this.
async fn puts(client: &Client, changes: Value) -> (StatusCode, Value) {
    let (_, now) = client.get("/me/notifications").await;
    let mut body = now["choice"].clone();
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    answer(client.send(Method::PUT, "/me/notifications", Some(body), &[]).await).await
}

#[tokio::test]
async fn what_is_wrong_in_a_choice_is_said_with_its_field() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    for (wrong, word, field) in [
        (json!({"zone": "Mars/Base"}), "time zone", json!("zone")),
        (json!({"every_minutes": 0}), "1 to 1440", json!("every_minutes")),
        (json!({"quiet": [{"days": WEEK, "from": "9", "to": "10:00"}]}), "09:30", json!(null)),
        (
            json!({"quiet": [{"days": [], "from": "09:00", "to": "10:00"}]}),
            "one day of the week",
            json!("quiet.0.days"),
        ),
        (
            json!({"only": {"assigned": {"teams": []}}}),
            "null for all",
            json!("only.assigned.teams"),
        ),
        (json!({"when": "never"}), "offline", json!(null)),
    ] {
        let (status, problem) = puts(&ann, wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["detail"].as_str().unwrap().contains(word), "{problem}");
        assert_eq!(problem["field"], field, "{problem}");
    }
    let page = world.here.account("page");
    for (foreign, field) in [
        (json!({"waiting": {"teams": [world.there.team("sales")]}}), "only.waiting.teams"),
        (
            json!({"mentioned": {"accounts": [page, world.there.account("page")]}}),
            "only.mentioned.accounts",
        ),
    ] {
        let (status, problem) = puts(&ann, json!({"only": foreign})).await;
        assert_eq!((status, &problem["field"]), (StatusCode::NOT_FOUND, &json!(field)));
    }
    let admin = world.as_user("admin").await;
    let (_, defaults) = admin.get("/notifications/defaults").await;
    let mut body = json!({"choice": defaults["choice"], "words": false});
    body["choice"]["every_minutes"] = json!(1441);
    let put = admin.send(Method::PUT, "/notifications/defaults", Some(body), &[]).await;
    let (status, problem) = answer(put).await;
    let field = json!("choice.every_minutes");
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &field));
    world.stop().await;
}

#[tokio::test]
async fn choices_are_kept_and_given_up() {
    let world = World::new().await;
    let (ann, supervisor) = (world.as_user("ann").await, world.as_user("supervisor").await);
    let (_, first) = ann.get("/me/notifications").await;
    assert_eq!((&first["on"], &first["own"]), (&json!(false), &json!(false)), "no mail.url");
    let page = world.here.account("page");
    let quiet = json!([{"days": ["friday"], "from": "20:00", "to": "07:30"}]);
    let only = json!({"started": {"accounts": [page]}});
    let (status, chosen) =
        puts(&ann, json!({"quiet": quiet, "only": only, "zone": "Asia/Tokyo"})).await;
    assert_eq!(
        (status, &chosen["own"], &chosen["choice"]["quiet"]),
        (StatusCode::OK, &json!(true), &quiet)
    );
    let only = &chosen["choice"]["only"];
    assert_eq!(only["started"], json!({"teams": null, "accounts": [page]}));
    assert_eq!(only["waiting"], json!({"teams": null, "accounts": null}));
    let gone = ann.send(Method::DELETE, "/me/notifications", None, &[]).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(ann.get("/me/notifications").await.1, first);
    for path in ["/notifications/defaults", "/notifications/mails"] {
        assert_eq!(supervisor.get(path).await.0, StatusCode::FORBIDDEN);
    }
    let admin = world.as_user("admin").await;
    let (status, problem) = admin.post("/notifications/test", json!({"user_id": null})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("mail.url"), "{problem}");
    let foreign = json!({"user_id": world.there.user("ann")});
    assert_eq!(admin.post("/notifications/test", foreign).await.0, StatusCode::NOT_FOUND);
    world.stop().await;
}

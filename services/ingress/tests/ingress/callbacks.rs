//! Deauthorize and data-deletion callbacks: who is believed, what is durable, what a person reads.

use reqwest::Response;
use serde_json::Value;
use switchboard_chassis::clock;
use switchboard_domain::ids::AppId;
use switchboard_meta::signature::make_signed_request;
use switchboard_store::deletions::{self, Deletion, State};

use crate::rig::{KEY, Rig, SECRET};

const PERSON: &str = r#"{"algorithm":"HMAC-SHA256","user_id":"218471","issued_at":1291836800}"#;

async fn call(rig: &Rig, path: &str, field: &str) -> Response {
    let form = [("signed_request", field)];
    rig.http.post(rig.url(path)).form(&form).send().await.unwrap()
}

#[tokio::test]
async fn a_person_who_leaves_is_durable_before_meta_hears_200() {
    let rig = Rig::start().await;
    let field = make_signed_request(PERSON, SECRET.as_bytes());
    let answer = call(&rig, &format!("/meta/deauthorize/{KEY}"), &field).await;
    assert_eq!(answer.status(), 200);

    let answer = call(&rig, &format!("/meta/data-deletion/{KEY}"), &field).await;
    assert_eq!(answer.status(), 200);
    let told: Value = answer.json().await.unwrap();
    let code = told["confirmation_code"].as_str().unwrap();
    let page = format!("http://127.0.0.1:8080/meta/data-deletion/{KEY}/{code}");
    assert_eq!(told["url"], page.as_str());

    let again: Value =
        call(&rig, &format!("/meta/data-deletion/{KEY}"), &field).await.json().await.unwrap();
    assert_eq!(again, told, "Meta asks again: it is the same request");

    let found = rig.found().await;
    let kinds: Vec<_> = found.iter().map(|found| found.event.kind.as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "deauthorize").count(), 1);
    assert_eq!(kinds.iter().filter(|kind| **kind == "data_deletion").count(), 2);
    let deletions: Vec<_> =
        found.iter().filter(|found| found.event.kind == "data_deletion").collect();
    assert_eq!(deletions[0].id, deletions[1].id, "and the router takes it up once");
    assert!(found.iter().all(|found| found.event.customer == "218471"));
    assert!(deletions[0].event.raw.contains("issued_at"));
    rig.stop().await;
}

#[tokio::test]
async fn whatever_does_not_verify_has_one_answer() {
    let rig = Rig::start().await;
    let right = make_signed_request(PERSON, SECRET.as_bytes());
    let nobody = make_signed_request(r#"{"algorithm":"HMAC-SHA256"}"#, SECRET.as_bytes());
    let other = make_signed_request(PERSON, b"another secret");
    let unsigned = format!(".{}", right.split_once('.').unwrap().1);
    for (key, field) in [
        (KEY, other.as_str()),
        (KEY, unsigned.as_str()),
        (KEY, "nonsense"),
        (KEY, nobody.as_str()),
        ("nobody", right.as_str()),
    ] {
        for path in ["deauthorize", "data-deletion"] {
            let answer = call(&rig, &format!("/meta/{path}/{key}"), field).await;
            assert_eq!(answer.status(), 401, "{path} {key} {field}");
            assert_eq!(answer.text().await.unwrap(), "");
        }
    }
    let empty = rig.http.post(rig.url(&format!("/meta/deauthorize/{KEY}"))).send().await.unwrap();
    assert_eq!(empty.status(), 400);
    assert!(rig.found().await.is_empty());
    rig.stop().await;
}

#[tokio::test]
async fn the_secret_before_still_counts() {
    let rig = Rig::start().await;
    let field = make_signed_request(PERSON, SECRET.as_bytes());
    rig.rotate_secret(KEY, "second").await;
    let path = format!("/meta/data-deletion/{KEY}");
    assert_eq!(call(&rig, &path, &field).await.status(), 200);
    let newer = make_signed_request(PERSON, b"second");
    assert_eq!(call(&rig, &path, &newer).await.status(), 200, "the new one counts at once");
    rig.rotate_secret(KEY, "third").await;
    let newest = make_signed_request(PERSON, b"third");
    assert_eq!(call(&rig, &path, &newest).await.status(), 200);
    assert_eq!(call(&rig, &path, &field).await.status(), 401);
    rig.stop().await;
}

#[tokio::test]
async fn without_the_queue_meta_is_asked_to_come_back() {
    let rig = Rig::start().await;
    rig.backend.queue.close().await;
    let field = make_signed_request(PERSON, SECRET.as_bytes());
    for path in ["deauthorize", "data-deletion"] {
        let answer = call(&rig, &format!("/meta/{path}/{KEY}"), &field).await;
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_person_sees_how_far_their_request_is() {
    let rig = Rig::start().await;
    let code = "0123456789abcdef01234567";
    let page = format!("/meta/data-deletion/{KEY}/{code}");
    assert_eq!(rig.get(&page).await.status(), 404);

    let deletion = Deletion {
        code: code.into(),
        workspace: rig.workspace,
        app: AppId::derive(KEY),
        user_id: Some("218471".into()),
        state: State::Open,
        requested_at: clock::now(),
        completed_at: None,
    };
    let kept = deletion.clone();
    rig.backend.store.write(move |db| deletions::keep(db, &kept)).await.unwrap();
    let answer = rig.get(&page).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let text = answer.text().await.unwrap();
    assert!(text.contains(code) && text.contains("a person looks"), "{text}");
    assert!(!text.contains("218471"), "it names nobody");

    let workspace = rig.workspace;
    let done = move |db: &mut _| deletions::complete(db, workspace, code, clock::now());
    rig.backend.store.write(done).await.unwrap();
    assert!(rig.get(&page).await.text().await.unwrap().contains("Your data is deleted"));

    rig.add_app("other", "secret", "token").await;
    let elsewhere = rig.get(&format!("/meta/data-deletion/other/{code}")).await;
    assert_eq!(elsewhere.status(), 404, "a code counts for its app alone");
    let strange = rig.get(&format!("/meta/data-deletion/{KEY}/%3Cscript%3E")).await;
    assert!(!strange.text().await.unwrap().contains("script"));
    rig.stop().await;
}

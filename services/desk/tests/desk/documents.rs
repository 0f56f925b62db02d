//! What bots are taught: files become passages at once, and whoever sends one that is no good hears why.

use reqwest::{
    Method, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use switchboard_store::documents;

use crate::{
    client::{Client, answer},
    world::World,
};

const FAQ: &str =
    "question,answer\nWhen are you open?,From 9 to 18.\nWhere are you?,Market Street 12\n";

fn path(world: &World) -> String {
    format!("/bots/{}/documents", world.here.pupil())
}

async fn teach(
    client: &Client,
    path: &str,
    files: &[(&str, &[u8])],
    key: Option<&str>,
) -> (StatusCode, Value) {
    let form = files.iter().fold(Form::new(), |form, (name, bytes)| {
        form.part("file", Part::bytes(bytes.to_vec()).file_name((*name).to_owned()))
    });
    let mut request = client.http.post(format!("{}{path}", client.api)).multipart(form);
    request = request
        .header("cookie", client.cookie.clone().unwrap())
        .header("x-csrf-token", client.csrf.clone().unwrap());
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    answer(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_bot_is_taught_files_and_forgets_them() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let path = path(&world);
    let known = client.get(&path).await.1.as_array().unwrap().len();
    let about = b"# About\n\nWe sell shoes.\n";
    let files: [(&str, &[u8]); 2] = [("faq.csv", FAQ.as_bytes()), ("docs/about.md", about)];
    let (status, taught) = teach(&client, &path, &files, Some("first")).await;
    assert_eq!(status, StatusCode::CREATED, "{taught}");
    assert_eq!((&taught[0]["name"], &taught[0]["passages"]), (&json!("faq.csv"), &json!(2)));
    assert_eq!(
        (&taught[1]["name"], &taught[1]["media_type"]),
        (&json!("about.md"), &json!("text/markdown"))
    );

    let (_, again) = teach(&client, &path, &files, Some("first")).await;
    assert_eq!(again[0]["id"], taught[0]["id"], "a repeat is the same");
    let changed = FAQ.replace("18", "19");
    let files: [(&str, &[u8]); 1] = [("faq.csv", changed.as_bytes())];
    let (_, another) = teach(&client, &path, &files, None).await;
    assert_eq!(another[0]["id"], taught[0]["id"], "a file of the same name takes its place");
    assert_eq!(client.get(&path).await.1.as_array().unwrap().len(), known + 2);
    let (workspace, bot) = (world.here.workspace, world.here.pupil());
    let kept = move |db: &mut _| documents::taught(db, workspace, bot);
    let kept = world.backend.store.read(kept).await.unwrap();
    assert!(kept.iter().any(|(_, name, text)| name == "faq.csv" && text.contains("9 to 19")));

    let one = format!("{path}/{}", taught[0]["id"].as_str().unwrap());
    let gone = client.send(Method::DELETE, &one, None, &[]).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let gone = client.send(Method::DELETE, &one, None, &[]).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    let (_, audit) = client.get("/audit").await;
    let made = "POST /bots/{id}/documents";
    assert!(audit.to_string().contains(made), "{audit}");
    world.stop().await;
}

#[tokio::test]
async fn a_file_that_is_no_good_says_why_and_teaches_nothing() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let path = path(&world);
    let (_, before) = client.get(&path).await;
    let cases: [(&str, &[u8], &str); 7] = [
        ("faq.csv", b"name,price\nshoe,7\n", "only: name, price; name two columns"),
        ("faq.csv", b"question,answer\nWhen?,\n", "line 2: there is a question and no answer"),
        ("faq.txt", b"caf\xe9 au lait", "neither UTF-8 nor UTF-16 (byte 3)"),
        ("faq.docx", b"PK\x03\x04", "its name does not say"),
        ("faq.pdf", b"%PDF-1.7\nnothing", "cannot be read as a PDF"),
        ("faq.md", b" \n\n", "there is no text in it"),
        ("faq.txt", b"a\0b", "bytes that no text holds"),
    ];
    for (name, bytes, why) in cases {
        let files: [(&str, &[u8]); 2] = [("good.csv", FAQ.as_bytes()), (name, bytes)];
        let (status, told) = teach(&client, &path, &files, None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {told}");
        assert!(told["detail"].as_str().unwrap().contains(why), "{name}: {told}");
    }
    assert_eq!(client.get(&path).await.1, before, "all or none");
    let (status, told) = client.post(&path, json!({"file": "faq.csv"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
    assert!(told["detail"].as_str().unwrap().contains("multipart/form-data"), "{told}");
    world.stop().await;
}

#[tokio::test]
async fn only_administrators_teach_and_only_bots_that_learn() {
    let world = World::new().await;
    let files: [(&str, &[u8]); 1] = [("faq.csv", FAQ.as_bytes())];
    let supervisor = world.as_user("supervisor").await;
    let (status, _) = teach(&supervisor, &path(&world), &files, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(supervisor.get(&path(&world)).await.0, StatusCode::FORBIDDEN);
    let client = world.as_user("admin").await;
    let rules = format!("/bots/{}/documents", switchboard_domain::ids::BotId::derive("here"));
    let (status, told) = teach(&client, &rules, &files, None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
    assert!(told["detail"].as_str().unwrap().contains("does not answer from documents"), "{told}");
    let theirs = format!("/bots/{}/documents", world.there.pupil());
    assert_eq!(teach(&client, &theirs, &files, None).await.0, StatusCode::NOT_FOUND);
    world.stop().await;
}

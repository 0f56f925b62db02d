//! Files: who may see them and how they are given out, and what can be uploaded and sent.

use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use switchboard_chassis::clock;
use switchboard_contract::{Body, wire::agent_action::Action};
use switchboard_domain::{
    Content,
    content::{Media, MediaKind},
    ids::MediaId,
};
use switchboard_queue::Topic;
use switchboard_store::media::work::{self, Wanted};

use crate::{client::Client, seed::Tenant, world::World};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

fn attachments(world: &World, which: &str) -> String {
    format!("/conversations/{}/attachments", world.here.conversation(which))
}

async fn read(client: &Client, id: &str, range: Option<&str>) -> Response {
    let headers: Vec<(&str, &str)> = range.map(|range| ("range", range)).into_iter().collect();
    client.send(Method::GET, &format!("/media/{id}"), None, &headers).await
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_file_that_a_browser_could_run_is_only_saved() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let response = read(&client, &world.here.media().to_string(), None).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "application/octet-stream");
    assert_eq!(
        header(&response, "content-disposition"),
        "attachment; filename*=UTF-8''n%C3%B6te.html"
    );
    assert_eq!(header(&response, "content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    assert_eq!(header(&response, "content-length"), Tenant::FILE.len().to_string());
    assert_eq!(response.bytes().await.unwrap(), Tenant::FILE);
    world.stop().await;
}

#[tokio::test]
async fn a_part_of_a_file_is_given_as_asked() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let id = world.here.media().to_string();
    for (range, content_range, bytes) in [
        ("bytes=8-11", "bytes 8-11/27", &b"0123"[..]),
        ("bytes=18-", "bytes 18-26/27", b"</script>"),
        ("bytes=-9", "bytes 18-26/27", b"</script>"),
        ("bytes=18-400", "bytes 18-26/27", b"</script>"),
    ] {
        let response = read(&client, &id, Some(range)).await;
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(header(&response, "content-range"), content_range);
        assert_eq!(response.bytes().await.unwrap(), bytes, "{range}");
    }
    let beyond = read(&client, &id, Some("bytes=27-")).await;
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(header(&beyond, "content-range"), "bytes */27");
    let nonsense = read(&client, &id, Some("lines=1")).await;
    assert_eq!(nonsense.status(), StatusCode::OK, "what is not understood is not there");
    world.stop().await;
}

#[tokio::test]
async fn only_who_sees_the_conversation_sees_its_files() {
    let world = World::new().await;
    let bob = world.as_user("bob").await;
    let sees = bob.conversations("limit=200").await;
    assert!(!sees.contains(&world.here.conversation("anns").to_string()), "{sees:?}");
    let id = world.here.media().to_string();
    assert_eq!(read(&bob, &id, None).await.status(), StatusCode::NOT_FOUND);
    world.stop().await;
}

#[tokio::test]
async fn an_uploaded_picture_goes_out_with_a_message() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let path = format!("{}?filename=C:%5Cmy%20cat.png", attachments(&world, "anns"));
    let (status, file) = client.upload(&path, "application/octet-stream", PNG.to_vec()).await;
    assert_eq!(status, StatusCode::OK, "{file}");
    assert_eq!((&file["kind"], &file["mime_type"]), (&json!("image"), &json!("image/png")));
    assert_eq!((&file["filename"], &file["size"]), (&json!("my cat.png"), &json!(PNG.len())));

    let shown = read(&client, file["media_id"].as_str().unwrap(), None).await;
    assert_eq!(header(&shown, "content-type"), "image/png");
    assert!(header(&shown, "content-disposition").starts_with("inline"));
    assert_eq!(shown.bytes().await.unwrap(), PNG);

    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let content = json!({"type": "media", "kind": "file", "media_id": file["media_id"]});
    let messages = format!("/conversations/{}/messages", world.here.conversation("anns"));
    let (status, told) = client.post(&messages, json!({"content": content})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{told}");
    let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("an action") };
    let Some(Action::Reply(reply)) = action.action else { panic!("a reply") };
    let expected = Media {
        mime_type: Some("image/png".into()),
        filename: Some("my cat.png".into()),
        media_id: Some(file["media_id"].as_str().unwrap().parse().unwrap()),
        ..Media::of(MediaKind::Image)
    };
    let content = Content::try_from(reply.content.unwrap()).unwrap();
    assert_eq!(content, Content::Media(expected), "what it is, is known better than said");

    let other = format!("/conversations/{}/messages", world.here.conversation("waiting"));
    let content = json!({"type": "media", "kind": "image", "media_id": file["media_id"]});
    let (status, _) = client.post(&other, json!({"content": content})).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a file is for one conversation");
    world.stop().await;
}

#[tokio::test]
async fn what_the_channel_does_not_take_is_refused_with_the_limit() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let number = attachments(&world, "old");
    let webp = b"RIFF\x24\0\0\0WEBPVP8 and so on";
    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend(vec![0; 200]);
    let mut large = PNG.to_vec();
    large.resize(6 * 1024 * 1024, 0);
    let mut sticker = webp.to_vec();
    sticker.resize(600 * 1024, 0);
    for (kind, bytes, words) in [
        ("application/zip", zip, "takes no files of the type application/zip"),
        ("image/png", large, "takes at most 5120 KB"),
        ("image/webp", sticker, "takes at most 500 KB"),
        ("image/jpeg", b"hello".to_vec(), "is no picture"),
        ("text/plain", b"a\0b".to_vec(), "is no text"),
        ("image/png", Vec::new(), "is empty"),
    ] {
        let (status, told) = client.upload(&number, kind, bytes).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}: {told}");
        assert!(told["detail"].as_str().unwrap().contains(words), "{kind}: {told}");
    }
    let (status, file) = client.upload(&number, "text/csv", b"a,b\n".to_vec()).await;
    assert_eq!((status, &file["mime_type"]), (StatusCode::OK, &json!("text/plain")));
    let nameless = format!("{number}?filename=%20");
    let (status, _) = client.upload(&nameless, "text/plain", b"x".to_vec()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    world.stop().await;
}

#[tokio::test]
async fn a_file_on_its_way_or_lost_says_so() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let (here, id) = (&world.here, MediaId::derive("on its way"));
    let wanted = Wanted {
        id,
        workspace: here.workspace,
        account: here.account("page"),
        conversation: here.conversation("anns"),
        message: here.message("anns", 3),
        content: Media { url: Some("https://cdn.example/1".into()), ..Media::of(MediaKind::Image) },
    };
    let store = &world.backend.store;
    store.write(move |db| work::want(db, &wanted, clock::now())).await.unwrap();
    let path = format!("/media/{id}");
    assert_eq!(client.get(&path).await.0, StatusCode::CONFLICT);
    let transcript = format!("/conversations/{}/messages", here.conversation("anns"));
    let file = client.get(&transcript).await.1["messages"][2]["file"].clone();
    assert_eq!((&file["state"], &file["id"]), (&json!("wanted"), &json!(id)), "{file}");

    let failed = move |db: &mut _| work::failed(db, id, "Meta no longer has it.", clock::now());
    store.write(failed).await.unwrap();
    let (status, told) = client.get(&path).await;
    assert_eq!(
        (status, &told["detail"]),
        (StatusCode::NOT_FOUND, &json!("Meta no longer has it."))
    );
    let file = client.get(&transcript).await.1["messages"][2]["file"].clone();
    assert_eq!((&file["state"], &file["reason"]), (&json!("failed"), &told["detail"]));
    world.stop().await;
}

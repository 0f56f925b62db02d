//! Files of customers are fetched and kept, those of agents are given to Meta.

use bytes::Bytes;
use futures_util::TryStreamExt;
use serde_json::json;
use switchboard_chassis::clock;
use switchboard_contract::{
    Body,
    wire::{self, MediaRequest, media_request::Do},
};
use switchboard_domain::{
    Channel, Content,
    content::{Media, MediaKind},
    ids::{ErrandId, MediaId, MessageId},
};
use switchboard_store::{
    errands,
    media::{
        self, MediaState,
        uploads::{self, Upload},
    },
};

use crate::{
    files::{FileServer, answer},
    rig::{Rig, account, conversation, node, request, workspace},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

fn message(name: &str) -> MessageId {
    MessageId::derive(name)
}

fn media_of(name: &str) -> MediaId {
    MediaId::derive(&message(name).to_string())
}

/// The message of that name came with this file.
fn wanted(channel: Channel, name: &str, what: Do) -> (String, Body) {
    let request = MediaRequest {
        workspace_id: workspace().to_string(),
        account_id: account(channel).to_string(),
        conversation_id: conversation(channel, "51").to_string(),
        conversation_shard: 0,
        message_id: message(name).to_string(),
        r#do: Some(what),
    };
    (format!("media:{name}"), Body::MediaRequest(request))
}

fn link(url: &str) -> Do {
    Do::Fetch(Media { url: Some(url.into()), ..Media::of(MediaKind::Image) }.into())
}

/// Waits until the file of the message is in that state.
async fn until(rig: &Rig, id: MediaId, state: MediaState) -> media::Media {
    rig.eventually(async || {
        let read = rig.backend.store.read(move |db| media::by_id(db, workspace(), id));
        read.await.unwrap().filter(|known| known.state == state)
    })
    .await
}

async fn bytes(rig: &Rig, id: MediaId) -> Vec<u8> {
    let file = rig.backend.media().unwrap().read(workspace(), id, None).await.unwrap();
    let pieces: Vec<Bytes> = file.bytes.try_collect().await.unwrap();
    pieces.concat()
}

#[tokio::test]
async fn what_a_customer_sends_is_kept() {
    let rig = Rig::start().await;
    let server = FileServer::start(vec![answer("200 OK", "image/png", PNG)]).await;
    let request = wanted(Channel::Messenger, "photo", link(&server.url));
    rig.publish(Channel::Messenger, vec![request]).await;
    let known = until(&rig, media_of("photo"), MediaState::Stored).await;
    assert_eq!((known.mime_type.as_deref(), known.size), (Some("image/png"), Some(26)));
    assert_eq!(bytes(&rig, known.id).await, PNG);
    assert!(!server.requests().await.concat().contains("authorization"), "no token for others");
    rig.stop().await;
}

#[tokio::test]
async fn a_file_that_is_not_there_yet_is_asked_for_again() {
    let rig = Rig::start().await;
    let answers = vec![answer("503 Busy", "text/plain", b"later"), answer("200 OK", "", PNG)];
    let server = FileServer::start(answers).await;
    let request = wanted(Channel::Messenger, "photo", link(&server.url));
    rig.publish(Channel::Messenger, vec![request]).await;
    rig.eventually(async || {
        let read = rig.backend.store.read(|db| media::by_id(db, workspace(), media_of("photo")));
        let reason = read.await.unwrap()?.reason?;
        assert_eq!(reason, "Meta answered 503");
        Some(())
    })
    .await;
    // The account changed: no reason to wait for the next try.
    rig.tell_changed(Channel::Messenger).await;
    let known = until(&rig, media_of("photo"), MediaState::Stored).await;
    assert_eq!(known.mime_type.as_deref(), Some("image/png"), "known by its bytes");
    assert_eq!(known.reason, None);
    rig.stop().await;
}

#[tokio::test]
async fn what_cannot_be_had_says_why() {
    let rig = Rig::with(|settings| {
        settings.media.max_bytes = 20;
        settings.media.trusted_hosts = vec!["127.0.0.1".into()];
    })
    .await;
    let gone = FileServer::start(vec![answer("404 Gone", "", b"")]).await;
    let large = FileServer::start(vec![answer("200 OK", "image/png", PNG)]).await;
    let inside = answer("302 Found\r\nlocation: https://169.254.169.254/latest/", "", b"");
    let inside = FileServer::start(vec![inside]).await;
    for (name, url, why) in [
        ("gone", &*gone.url, "Meta no longer has it."),
        ("large", &large.url, "It is larger than the"),
        ("plain", "http://cdn.example/1", "is not https"),
        ("inside", "https://10.0.0.1/1", "is not on the internet"),
        ("redirected", &inside.url, "is not on the internet"),
    ] {
        rig.publish(Channel::Messenger, vec![wanted(Channel::Messenger, name, link(url))]).await;
        let known = until(&rig, media_of(name), MediaState::Failed).await;
        let reason = known.reason.unwrap();
        assert!(reason.contains(why), "{name}: {reason}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn what_is_taken_back_is_deleted() {
    let rig = Rig::start().await;
    let server = FileServer::start(vec![answer("200 OK", "image/png", PNG)]).await;
    let fetch = wanted(Channel::Messenger, "kept", link(&server.url));
    rig.publish(Channel::Messenger, vec![fetch]).await;
    let id = until(&rig, media_of("kept"), MediaState::Stored).await.id;
    let (_, forget) = wanted(Channel::Messenger, "kept", Do::Forget(wire::Empty {}));
    rig.publish(Channel::Messenger, vec![("forget".into(), forget)]).await;
    let files = rig.backend.media().unwrap();
    rig.eventually(async || files.read(workspace(), id, None).await.err().map(drop)).await;
    rig.stop().await;
}

#[tokio::test]
async fn whoever_is_erased_leaves_no_file() {
    let rig = Rig::start().await;
    let server = FileServer::start(vec![answer("200 OK", "image/png", PNG)]).await;
    let fetch = wanted(Channel::Messenger, "photo", link(&server.url));
    rig.publish(Channel::Messenger, vec![fetch]).await;
    let id = until(&rig, media_of("photo"), MediaState::Stored).await.id;
    let errand = wire::Errand {
        workspace_id: workspace().to_string(),
        account_id: account(Channel::Messenger).to_string(),
        errand_id: ErrandId::derive("erase").to_string(),
        kind: "erase_sends".into(),
        input: json!({ "conversation_id": conversation(Channel::Messenger, "51") }).to_string(),
    };
    rig.publish(Channel::Messenger, vec![("errand".into(), Body::Errand(errand))]).await;
    let files = rig.backend.media().unwrap();
    rig.eventually(async || files.read(workspace(), id, None).await.err().map(drop)).await;
    let done =
        rig.backend.store.read(|db| errands::progress(db, workspace(), ErrandId::derive("erase")));
    let (_, progress) = done.await.unwrap().unwrap();
    assert_eq!(progress, errands::Progress::Done(json!({ "sends": 0, "files": 1 })));
    rig.stop().await;
}

/// An agent's file, kept as the desk keeps it.
async fn uploaded(rig: &Rig, channel: Channel, customer: &str) -> MediaId {
    let id = MediaId::derive(&format!("upload for {channel}"));
    let mut file = rig.backend.media().unwrap().write(workspace(), id, 1_000);
    file.put(Bytes::from_static(PNG)).await.unwrap();
    let written = file.finish().await.unwrap();
    let upload = Upload {
        id,
        workspace: workspace(),
        account: account(channel),
        conversation: conversation(channel, customer),
        kind: MediaKind::Image,
        mime_type: "image/png".into(),
        filename: "my cat.png".into(),
        size: written.size,
        sha256: written.sha256,
    };
    rig.backend.store.write(move |db| uploads::add(db, &upload, clock::now())).await.unwrap();
    id
}

/// The text, sent as that file.
fn order(channel: Channel, customer: &str, name: &str, id: MediaId) -> (String, Body) {
    match request(channel, customer, name) {
        (key, Body::SendRequest(mut request)) => {
            let file = Media { media_id: Some(id), ..Media::of(MediaKind::Image) };
            request.content = Some(Content::Media(file).into());
            (key, Body::SendRequest(request))
        }
        other => other,
    }
}

#[tokio::test]
async fn an_upload_is_given_to_meta_once_and_sent() {
    let mut rig = Rig::start().await;
    for (channel, customer) in [(Channel::Messenger, "51"), (Channel::WhatsApp, "15551230001")] {
        rig.write_in(channel, customer).await;
        let id = uploaded(&rig, channel, customer).await;
        let names = [format!("{channel} 1"), format!("{channel} 2")];
        for name in &names {
            rig.publish(channel, vec![order(channel, customer, name, id)]).await;
            rig.sent(name).await;
        }
        let path =
            format!("/_sim/messages?account={}&customer={customer}&from=business", node(channel));
        let messages = rig.get(&path).await;
        let shown: Vec<&str> = messages["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.pointer("/attachments/0/url").unwrap().as_str().unwrap())
            .collect();
        let [first, second] = shown[..] else { panic!("two pictures: {messages}") };
        assert_eq!(first, second, "{channel}: uploaded once");
        let url = format!("{}{first}", rig.url());
        let seen = rig.http.get(url).send().await.unwrap().bytes().await.unwrap();
        assert_eq!(seen, PNG, "{channel}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn instagram_fetches_an_upload_by_a_secret_link() {
    let server = FileServer::start(vec![answer("200 OK", "image/png", PNG)]).await;
    let mut rig = Rig::with(|settings| {
        settings.ingress.public_url = server.url.strip_suffix("file").unwrap().parse().unwrap();
    })
    .await;
    let (channel, customer) = (Channel::Instagram, "61");
    rig.write_in(channel, customer).await;
    let id = uploaded(&rig, channel, customer).await;
    rig.publish(channel, vec![order(channel, customer, "cat", id)]).await;
    rig.sent("cat").await;
    let path =
        format!("/_sim/messages?account={}&customer={customer}&from=business", node(channel));
    let messages = rig.get(&path).await;
    let url = messages.pointer("/messages/0/attachments/0/url").unwrap().as_str().unwrap();
    let root = rig.backend.settings.ingress.public_url.as_str();
    let rest = url.strip_prefix(root).unwrap().strip_prefix("meta/files/").unwrap();
    let (secret, name) = rest.split_once('/').unwrap();
    assert_eq!((secret.len(), name), (43, "my%20cat.png"));
    let asked = format!("get /meta/files/{rest} ").to_lowercase();
    assert!(server.requests().await.concat().starts_with(&asked), "Meta fetches it");
    let secret = secret.to_owned();
    let read = rig.backend.store.read(move |db| uploads::shared(db, &secret, clock::now()));
    assert_eq!(read.await.unwrap().unwrap().id, id);
    rig.stop().await;
}

#[tokio::test]
async fn a_file_that_is_gone_fails_its_message_with_a_sentence() {
    let mut rig = Rig::start().await;
    let (channel, customer) = (Channel::WhatsApp, "15551230001");
    rig.write_in(channel, customer).await;
    let id = uploaded(&rig, channel, customer).await;
    rig.backend.media().unwrap().delete(workspace(), id).await.unwrap();
    rig.publish(channel, vec![order(channel, customer, "cat", id)]).await;
    let why = rig.failed("cat").await;
    assert!(why.starts_with("The file cannot be sent: "), "{why}");
    rig.stop().await;
}

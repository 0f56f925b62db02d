//! What Meta, and what strangers, are told.

use std::collections::BTreeMap;

use switchboard_ingress::MAX_BODY_BYTES;
use switchboard_meta::signature;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::rig::{KEY, Rig, SECRET, TOKEN};

const BODY: &str = r#"{"object":"page","entry":[{"id":"1","time":1,"messaging":[
    {"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1,"message":{"mid":"m","text":"hi"}}
]}]}"#;

fn question(mode: &str, token: &str, challenge: &str) -> String {
    let token = token.replace(' ', "%20");
    format!("?hub.mode={mode}&hub.verify_token={token}&hub.challenge={challenge}")
}

#[tokio::test]
async fn a_verification_is_answered_with_the_challenge_alone() {
    let rig = Rig::start().await;
    let right =
        format!("/meta/webhooks/{KEY}{}", question("subscribe", TOKEN, "%3Cb%3E1158201444"));
    let answer = rig.get(&right).await;
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert_eq!(answer.text().await.unwrap(), "<b>1158201444");

    rig.add_app("other", "other secret", "other token").await;
    let wrong = [
        format!("{KEY}{}", question("subscribe", "wrong", "1")),
        format!("{KEY}{}", question("subscribe", "", "1")),
        format!("{KEY}{}", question("subscribe", "other token", "1")),
        format!("{KEY}{}", question("unsubscribe", TOKEN, "1")),
        format!("nobody{}", question("subscribe", TOKEN, "1")),
        format!("{KEY}?hub.mode=subscribe&hub.mode=subscribe"),
        KEY.to_owned(),
    ];
    for path in wrong {
        let answer = rig.get(&format!("/meta/webhooks/{path}")).await;
        assert_eq!(answer.status(), 403, "{path}");
        assert_eq!(answer.text().await.unwrap(), "", "{path}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn whatever_does_not_verify_has_one_answer() {
    let rig = Rig::start().await;
    let right = signature::sign(SECRET.as_bytes(), BODY.as_bytes());
    let wrong = signature::sign(b"another secret", BODY.as_bytes());
    let legacy = "sha1=0123456789012345678901234567890123456789";
    let (new, old) = ("x-hub-signature-256", "x-hub-signature");
    let requests = [
        rig.post(KEY, BODY),
        rig.post(KEY, BODY).header(new, ""),
        rig.post(KEY, BODY).header(new, wrong),
        rig.post(KEY, BODY).header(new, &right["sha256=".len()..]),
        rig.post(KEY, BODY).header(new, &right[..right.len() - 2]),
        rig.post(KEY, format!("{BODY} ")).header(new, &right),
        rig.post(KEY, BODY).header(old, legacy),
        rig.post(KEY, BODY).header(new, legacy),
        rig.post(KEY, "no JSON"),
        rig.post("nobody", BODY).header(new, &right),
        rig.post("nobody", BODY),
        rig.post("%F0%9F", BODY).header(new, &right),
    ];
    let mut answers = BTreeMap::<String, usize>::new();
    for request in requests {
        let answer = request.send().await.unwrap();
        let mut headers = answer.headers().clone();
        headers.remove("date");
        let status = answer.status();
        let text = format!("{status} {headers:?} {:?}", answer.text().await.unwrap());
        *answers.entry(text).or_default() += 1;
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert!(answers.keys().all(|answer| answer.starts_with("401") && answer.ends_with("\"\"")));
    assert!(rig.found().await.is_empty());
    rig.stop().await;
}

#[tokio::test]
async fn the_signature_is_over_the_bytes_that_came() {
    let rig = Rig::start().await;
    // Escapes that no JSON writer would write again as they are.
    let text = r#"Gr\u00fc\u00dfe \ud83d\ude00 \/ ü \u0000"#;
    let body = BODY.replace("hi", text);
    assert_eq!(rig.signed(SECRET, body).await, 200);
    let found = rig.found().await;
    assert!(found[0].event.raw.contains(text), "{}", found[0].event.raw);
    rig.stop().await;
}

#[tokio::test]
async fn what_is_signed_and_no_json_object_is_malformed() {
    let rig = Rig::start().await;
    for body in ["", "no JSON", "[]", "\"text\"", "{\"object\":", "\u{feff}{}"] {
        assert_eq!(rig.signed(SECRET, body).await, 400, "{body:?}");
    }
    assert_eq!(rig.signed(SECRET, [0xff, 0xfe]).await, 400);
    assert_eq!(rig.signed(SECRET, "{}").await, 200, "an object is kept, whatever it is");
    rig.stop().await;
}

#[tokio::test]
async fn a_secret_is_rotated_without_a_gap() {
    let rig = Rig::start().await;
    assert_eq!(rig.signed(SECRET, BODY).await, 200);
    rig.rotate_secret(KEY, "second").await;
    assert_eq!(rig.signed("second", BODY).await, 200, "the new one counts at once");
    assert_eq!(rig.signed(SECRET, BODY).await, 200, "the one before still does");
    rig.rotate_secret(KEY, "third").await;
    assert_eq!(rig.signed("third", BODY).await, 200);
    assert_eq!(rig.signed("second", BODY).await, 200);
    assert_eq!(rig.signed(SECRET, BODY).await, 401, "only one before does");
    rig.stop().await;
}

#[tokio::test]
async fn a_new_app_works_with_its_first_request() {
    let rig = Rig::start().await;
    assert_eq!(rig.signed(SECRET, BODY).await, 200);
    for number in 0..3 {
        let (key, secret) = (format!("new{number}"), format!("secret {number}"));
        rig.add_app(&key, &secret, "token").await;
        let path = format!("/meta/webhooks/{key}{}", question("subscribe", "token", "7"));
        assert_eq!(rig.get(&path).await.status(), 200);
        let signature = signature::sign(secret.as_bytes(), BODY.as_bytes());
        let post = rig.post(&key, BODY).header("x-hub-signature-256", signature);
        assert_eq!(post.send().await.unwrap().status(), 200);
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_body_has_a_limit_and_may_reach_it() {
    let rig = Rig::start().await;
    let filled = |bytes: usize| {
        let padding = " ".repeat(bytes - BODY.len());
        format!("{BODY}{padding}")
    };
    assert_eq!(rig.signed(SECRET, filled(MAX_BODY_BYTES)).await, 200);
    let announced = rig.raw_post("content-length: 3145729\r\n", &[]).await;
    assert!(announced.starts_with("HTTP/1.1 413 "), "{announced}");
    assert!(announced.ends_with("\r\n\r\n"), "an empty body: {announced}");
    let chunk = format!("{:x}\r\n{}\r\n", 64 * 1024, "x".repeat(64 * 1024));
    let chunks: Vec<&str> = (0..49).map(|_| chunk.as_str()).collect();
    let chunked = rig.raw_post("transfer-encoding: chunked\r\n", &chunks).await;
    assert!(chunked.starts_with("HTTP/1.1 413 "), "{chunked}");
    assert_eq!(rig.signed(SECRET, filled(MAX_BODY_BYTES)).await, 200, "it goes on");
    rig.stop().await;
}

impl Rig {
    /// Sends a post piece by piece, as clients that do not stop when they are refused do, and
    /// returns the answer.
    async fn raw_post(&self, header: &str, pieces: &[&str]) -> String {
        let address = self.url("").trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let head = format!("POST /meta/webhooks/{KEY} HTTP/1.1\r\nhost: {address}\r\n{header}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        for piece in pieces {
            if stream.write_all(piece.as_bytes()).await.is_err() {
                break;
            }
        }
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while !answer.ends_with(b"\r\n\r\n") {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(count) => answer.extend(&buffer[..count]),
            }
        }
        String::from_utf8(answer).unwrap()
    }
}

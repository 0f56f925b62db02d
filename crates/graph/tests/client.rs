//! What the client says of calls that end in every way, against servers that speak bytes.

#[cfg(test)]
mod double;

#[cfg(test)]
mod calls {
    use std::time::Duration;

    use bytes::Bytes;
    use secrecy::SecretString;
    use serde_json::json;
    use switchboard_domain::content::MediaKind;
    use switchboard_graph::{GraphClient, GraphSettings, Host, Outcome, Upload};

    use crate::double::{Act, Double};

    fn client(url: &str, proxy: Option<&str>) -> GraphClient {
        GraphClient::new(GraphSettings {
            base_url: url.parse().unwrap(),
            instagram_base_url: "http://127.0.0.1:1/".parse().unwrap(),
            version: "v26.0".into(),
            proxy: proxy.map(SecretString::from),
            timeout: Duration::from_millis(800),
        })
        .unwrap()
    }

    async fn post(client: &GraphClient) -> Outcome {
        let token = SecretString::from("EAAG-token");
        let body = json!({"message": {"text": "hello"}});
        client.post_message(Host::Facebook, "2001", &token, Some("proof"), &body).await
    }

    fn png() -> Upload {
        let bytes = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from("png"))]);
        Upload::new(("image/png".into(), "a.png".into()), 3, bytes)
    }

    fn answer(body: &str) -> String {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nx-app-usage: {{\"call_count\":81}}\r\n\r\n{body}",
            body.len()
        )
    }

    #[tokio::test]
    async fn an_answer_is_given_whole() {
        let server = Double::start(vec![Act::Answer(answer(r#"{"message_id":"m_1"}"#))]).await;
        let Outcome::Answered { status, body, usage } = post(&client(&server.url, None)).await
        else {
            panic!("no answer");
        };
        assert_eq!((status, &body[..]), (200, &br#"{"message_id":"m_1"}"#[..]));
        assert_eq!(usage.app_percent, 81);
        let request = server.requests().await.remove(0);
        assert!(
            request.starts_with("POST /v26.0/2001/messages?appsecret_proof=proof HTTP/1.1\r\n")
        );
        assert!(request.contains("authorization: Bearer EAAG-token\r\n"), "{request}");
        assert!(request.ends_with(r#"{"message":{"text":"hello"}}"#), "{request}");
    }

    #[tokio::test]
    async fn without_a_connection_nothing_was_sent() {
        let refused = client("http://127.0.0.1:1", None);
        assert!(matches!(post(&refused).await, Outcome::NotSent(_)));
        let nowhere = client("http://graph.invalid", None);
        assert!(matches!(post(&nowhere).await, Outcome::NotSent(_)));
        let token = SecretString::from("t");
        let other = refused.post_message(Host::Instagram, "1", &token, None, &json!({})).await;
        assert!(matches!(other, Outcome::NotSent(_)));
    }

    #[tokio::test]
    async fn a_failed_handshake_sent_nothing() {
        let server =
            Double::start(vec![Act::Answer("HTTP/1.1 400 Bad Request\r\n\r\n".into())]).await;
        let url = server.url.replace("http:", "https:");
        assert!(matches!(post(&client(&url, None)).await, Outcome::NotSent(_)));
    }

    #[tokio::test]
    async fn a_proxy_that_refuses_the_tunnel_sent_nothing() {
        let refuse = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
        let proxy = Double::start(vec![Act::Answer(refuse.into())]).await;
        let client = client("https://graph.facebook.com", Some(&proxy.url));
        assert!(matches!(post(&client).await, Outcome::NotSent(_)));
        let request = proxy.requests().await.remove(0);
        assert!(request.starts_with("CONNECT graph.facebook.com:443"), "{request}");
        assert!(!request.contains("EAAG"), "{request}");
    }

    #[tokio::test]
    async fn once_bytes_left_nobody_knows() {
        let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"mess";
        let acts = [Act::Close, Act::Answer(half.into()), Act::Answer("nonsense\r\n\r\n".into())];
        for act in acts {
            let server = Double::start(vec![act]).await;
            let outcome = post(&client(&server.url, None)).await;
            assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
            assert_eq!(server.requests().await.len(), 1, "written once");
        }
    }

    #[tokio::test]
    async fn a_server_that_never_answers_leaves_doubt() {
        let server = Double::start(vec![Act::Hang]).await;
        let Outcome::Unknown(reason) = post(&client(&server.url, None)).await else {
            panic!("it is not known");
        };
        assert!(!reason.contains("proof"), "no URL in errors: {reason}");
    }

    #[tokio::test]
    async fn a_kept_connection_that_breaks_leaves_doubt() {
        let acts = vec![Act::AnswerAndStay(answer("{}")), Act::Close];
        let server = Double::start(acts).await;
        let client = client(&server.url, None);
        assert!(matches!(post(&client).await, Outcome::Answered { .. }));
        assert!(matches!(post(&client).await, Outcome::Unknown(_)));
        assert_eq!(server.requests().await.len(), 2, "written once each");
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let to = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        let server = Double::start(vec![Act::Answer(to.into())]).await;
        let outcome = post(&client(&server.url, None)).await;
        assert!(matches!(outcome, Outcome::Answered { status: 302, .. }), "{outcome:?}");
    }

    #[tokio::test]
    async fn lookups_and_uploads() {
        let token = SecretString::from("EAAG-token");
        let acts = [
            r#"{"id":"2001","name":"Page"}"#,
            r#"{"data":{"is_valid":true,"app_id":"1001","expires_at":0,"scopes":["a"]}}"#,
            r#"{"id":"M1"}"#,
            r#"{"attachment_id":"A1"}"#,
            r#"{"error":{"code":190,"message":"expired","type":"OAuthException"}}"#,
        ];
        let acts = acts.map(|body| Act::Answer(answer(body)));
        let server = Double::start(acts.into()).await;
        let client = client(&server.url, None);
        let me = client.me(Host::Facebook, "me", &token, None).await.unwrap();
        assert_eq!(me.name.as_deref(), Some("Page"));
        assert!(client.debug_token((&token, None), &token).await.unwrap().is_valid);
        assert_eq!(client.upload_media("4101", (&token, None), png()).await.unwrap(), "M1");
        let page = client.upload_attachment("2001", (&token, None), (MediaKind::Image, png()));
        assert_eq!(page.await.unwrap(), "A1");
        let requests = server.requests().await;
        for part in ["message_attachments", "name=\"filedata\"; filename=\"a.png\"", "is_reusable"]
        {
            assert!(requests.iter().any(|request| request.contains(part)), "{part}");
        }
        let refused = client.me(Host::Facebook, "me", &token, None).await.unwrap_err();
        assert_eq!(refused.to_string(), "Meta refused: expired");
    }
}

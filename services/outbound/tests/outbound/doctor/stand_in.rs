//! Servers in the place of the ingress, or of Meta, where the simulator is too well.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, sink},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// Answers each request by its text, until the test is over.
pub(super) async fn serves(answer: impl Fn(&str) -> String + Clone + Send + 'static) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answer.clone()));
        }
    });
    url.parse().unwrap()
}

async fn serve(mut stream: TcpStream, answer: impl Fn(&str) -> String) {
    let mut request = Vec::with_capacity(16_384);
    stream.read_buf(&mut request).await.unwrap();
    let answer = answer(&String::from_utf8_lossy(&request));
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    // What is still to come of the request.
    copy(&mut stream, &mut sink()).await.ok();
}

/// A response; each header ends with a line break.
pub(super) fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

/// An ingress that is well: the challenge comes back, and webhooks are taken.
pub(super) fn ingress(request: &str) -> String {
    let challenge = request.split_once("hub.challenge=").map(|(_, rest)| rest);
    let challenge = challenge.and_then(|rest| rest.split(['&', ' ']).next());
    response("200 OK", "", challenge.unwrap_or_default())
}

/// A Meta that answers what is asked of a token with this, and everything else with `other`.
pub(super) async fn meta(
    token: &'static str,
    other: impl Fn() -> String + Clone + Send + 'static,
) -> Url {
    serves(move |request| match request.contains("/debug_token") {
        true => response("200 OK", "", token),
        false => other(),
    })
    .await
}

//! `switchboard health`: a probe that needs no other program in the image.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use url::Url;

use super::Error;

/// How long a service may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks, and fails unless the answer is 200.
pub(super) async fn ask(url: &str) -> Result<(), Error> {
    let answer = timeout(PATIENCE, get(url)).await;
    let status =
        answer.map_err(|_| Error::Usage(format!("{url} gave no answer within {PATIENCE:?}")))??;
    if status == "200" {
        return Ok(());
    }
    Err(Error::Usage(format!("{url} answered {status}; open it to see which check fails")))
}

/// The status of the answer. HTTP/1.0 keeps it to one short exchange (RFC 1945).
async fn get(url: &str) -> Result<String, Error> {
    let bad =
        || Error::Usage(format!("{url:?} is no URL such as http://127.0.0.1:8080/health/ready"));
    let parsed = Url::parse(url).map_err(|_| bad())?;
    let host = parsed.host_str().ok_or_else(bad)?;
    let port = parsed.port_or_known_default().ok_or_else(bad)?;
    let mut stream = TcpStream::connect((host, port)).await?;
    let request = format!("GET {} HTTP/1.0\r\nHost: {host}\r\n\r\n", parsed.path());
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).await?;
    let line = String::from_utf8_lossy(&answer);
    Ok(line.split_whitespace().nth(1).unwrap_or("nothing").to_owned())
}

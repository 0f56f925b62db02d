//! Downloading a file, piece by piece.

use bytes::Bytes;
use reqwest::{Response, header};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{Client, Fault, client::plain};

/// Redirects that are followed.
const HOPS: usize = 5;

/// A file that is on its way.
#[derive(Debug)]
pub struct Download {
    /// The HTTP status; pieces of anything but 200 are no file.
    pub status: u16,
    /// What kind of file the server calls it, without parameters.
    pub mime_type: Option<String>,
    /// How many bytes the server says it has.
    pub length: Option<u64>,
    response: Response,
}

impl Client {
    /// Begins to download. `token` gives the token for an address, if it is to have one: it is asked
    /// again for each redirect, so that a token stays with whom it is for.
    ///
    /// # Errors
    /// [`Fault::Refused`] for an address, the first or one that it leads to, that may not be asked;
    /// [`Fault::Away`].
    pub async fn download(
        &self,
        address: &str,
        token: impl Fn(&Url) -> Option<SecretString>,
    ) -> Result<Download, Fault> {
        let mut address = address.to_owned();
        for _ in 0..=HOPS {
            let (http, url) = self.to(&address)?;
            let mut request = http.get(url.clone());
            if let Some(token) = token(&url) {
                request = request.bearer_auth(token.expose_secret());
            }
            let response = request.send().await.map_err(|error| Fault::Away(plain(error)))?;
            match onward(&url, &response) {
                Some(next) => address = next,
                None => return Ok(Download::of(response)),
            }
        }
        Err(Fault::Refused("the address leads from one to the next without an end".into()))
    }
}

/// Where a redirect leads to. (RFC 9110, 15.4)
fn onward(from: &Url, response: &Response) -> Option<String> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = response.headers().get(header::LOCATION)?.to_str().ok()?;
    from.join(to).ok().map(String::from)
}

impl Download {
    fn of(response: Response) -> Self {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next());
        Self {
            status: response.status().as_u16(),
            mime_type: kind.map(|kind| kind.trim().to_ascii_lowercase()),
            length: response.content_length(),
            response,
        }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`Fault::Away`] when it broke off.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, Fault> {
        self.response.chunk().await.map_err(|error| Fault::Away(plain(error)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::Reach;

    /// A server that answers with these, one after the other, and gives what it was asked.
    async fn server(answers: Vec<String>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = tokio::spawn(async move {
            let mut asked = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut buffer = [0; 4096];
                let count = stream.read(&mut buffer).await.unwrap();
                asked.push(String::from_utf8_lossy(buffer.get(..count).unwrap()).into_owned());
                let head = format!("HTTP/1.1 {answer}");
                stream.write_all(head.as_bytes()).await.unwrap();
            }
            asked
        });
        (address, asked)
    }

    fn client(trusted: &[&str]) -> Client {
        let trusted_hosts = trusted.iter().map(|host| (*host).to_owned()).collect();
        let (setting, timeout) = ("media.allow_hosts", Duration::from_secs(5));
        Client::new(&Reach { trusted_hosts, setting, timeout, proxy: None }).unwrap()
    }

    fn moved(to: &str) -> String {
        format!("302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    }

    const FILE: &str = "200 OK\r\ncontent-type: image/PNG; q=1\r\ncontent-length: 4\r\n\r\nfile";

    #[tokio::test]
    async fn a_file_comes_with_what_is_said_of_it() {
        let (host, asked) = server(vec![moved("/there"), FILE.into()]).await;
        let token = |url: &Url| (url.path() == "/here").then(|| SecretString::from("token"));
        let client = client(&[&host]);
        let mut file = client.download(&format!("http://{host}/here"), token).await.unwrap();
        let said = (file.status, file.mime_type.as_deref(), file.length);
        assert_eq!(said, (200, Some("image/png"), Some(4)));
        assert_eq!(file.piece().await.unwrap().unwrap(), "file");
        assert!(file.piece().await.unwrap().is_none());
        let asked = asked.await.unwrap();
        let tokens: Vec<bool> =
            asked.iter().map(|request| request.contains("authorization: Bearer token")).collect();
        assert_eq!(tokens, [true, false], "the token stays where it is meant for");
    }

    #[tokio::test]
    async fn a_redirect_is_checked_like_the_address() {
        for to in ["http://127.0.0.1:1/", "https://10.0.0.1/", "file:///etc/passwd"] {
            let (host, _asked) = server(vec![moved(to)]).await;
            let client = client(&[&host]);
            let fault = client.download(&format!("http://{host}/"), |_| None).await.unwrap_err();
            assert!(matches!(fault, Fault::Refused(_)), "{to}: {fault}");
        }
    }

    #[tokio::test]
    async fn redirects_come_to_an_end() {
        let (host, _asked) = server(vec![moved("/again"); HOPS + 1]).await;
        let client = client(&[&host]);
        let fault = client.download(&format!("http://{host}/"), |_| None).await.unwrap_err();
        assert!(fault.to_string().contains("without an end"), "{fault}");
    }
}

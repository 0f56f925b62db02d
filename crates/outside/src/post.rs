//! Posting a body to an address that others name.

use bytes::Bytes;

use crate::{Client, Fault, finish};

/// A body to be posted.
#[derive(Debug, Clone)]
pub struct Posting {
    /// Where to.
    pub address: String,
    /// Names and values; no secrets, which belong in a signature.
    pub headers: Vec<(&'static str, String)>,
    /// What is posted.
    pub body: String,
}

impl Client {
    /// Posts JSON and tells the status of the answer, of which it reads at most `most` bytes.
    ///
    /// # Errors
    /// [`Fault::Refused`] when the address may not be asked; [`Fault::Away`]; [`Fault::TooLarge`].
    pub async fn post(&self, posting: Posting, most: usize) -> Result<u16, Fault> {
        Ok(self.ask(posting, most).await?.0)
    }

    /// Posts JSON and tells the status of the answer with its body, of `most` bytes at most.
    ///
    /// # Errors
    /// As [`Client::post`].
    pub async fn ask(&self, posting: Posting, most: usize) -> Result<(u16, Bytes), Fault> {
        let (http, url) = self.to(&posting.address)?;
        let mut request = http.post(url).header("content-type", "application/json");
        for (name, value) in posting.headers {
            request = request.header(name, value);
        }
        finish(request.body(posting.body), most).await
    }
}

//! Files at Meta: giving it one to send, and asking where one is that a customer sent.
//!
//! Sources: WhatsApp Cloud API "Media"; Messenger Platform "Attachment Upload API".

use std::{error::Error, fmt, time::Duration};

use bytes::Bytes;
use futures_util::TryStream;
use reqwest::{
    Body, Method,
    multipart::{Form, Part},
};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use switchboard_domain::content::MediaKind;

use crate::{
    GraphClient, GraphFault, Host, Outcome,
    client::{finish, plain},
    lookup::answer,
};

/// An upload may take so long as a whole.
const UPLOAD: Duration = Duration::from_secs(120);

/// A file to upload.
pub struct Upload {
    mime_type: String,
    filename: String,
    size: u64,
    body: Body,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Upload {
    /// A file: its IANA media type, its name, its size in bytes, and the bytes.
    pub fn new<S>((mime_type, filename): (String, String), size: u64, bytes: S) -> Self
    where
        S: TryStream<Ok = Bytes> + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Self { mime_type, filename, size, body: Body::wrap_stream(bytes) }
    }

    fn part(self) -> Result<Part, GraphFault> {
        Part::stream_with_length(self.body, self.size)
            .file_name(self.filename)
            .mime_str(&self.mime_type)
            .map_err(|error| GraphFault::Settings { what: plain(error) })
    }
}

/// Where a file is that a customer sent, and what it should be.
#[derive(Debug, Clone, Deserialize)]
pub struct MediaFacts {
    /// A link that works for five minutes, with the account's token.
    pub url: String,
    /// IANA media type.
    #[serde(default)]
    pub mime_type: Option<String>,
    /// SHA-256; documented as hexadecimal digits.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Bytes.
    #[serde(default)]
    pub file_size: Option<u64>,
}

#[derive(Deserialize)]
struct Uploaded {
    #[serde(alias = "attachment_id")]
    id: String,
}

impl GraphClient {
    /// Uploads a file for a phone number; gives the media id, which Meta keeps for 30 days.
    ///
    /// # Errors
    /// How the call ended when no id came. It can be repeated: what nobody refers to disappears by
    /// itself.
    pub async fn upload_media(
        &self,
        phone_number_id: &str,
        (token, proof): (&SecretString, Option<&str>),
        upload: Upload,
    ) -> Result<String, Outcome> {
        let mime_type = upload.mime_type.clone();
        let part = upload.part().map_err(not_sent)?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", mime_type)
            .part("file", part);
        self.upload((phone_number_id, "media"), (token, proof), form).await
    }

    /// Uploads a file for a Page; gives the attachment id, which Meta keeps for 90 days.
    ///
    /// # Errors
    /// As [`GraphClient::upload_media`].
    pub async fn upload_attachment(
        &self,
        page_id: &str,
        (token, proof): (&SecretString, Option<&str>),
        (kind, upload): (MediaKind, Upload),
    ) -> Result<String, Outcome> {
        let kind = match kind {
            MediaKind::Image | MediaKind::Sticker => "image",
            MediaKind::Video => "video",
            MediaKind::Audio => "audio",
            MediaKind::File => "file",
        };
        let message = json!({"attachment": {"type": kind, "payload": {"is_reusable": true}}});
        let part = upload.part().map_err(not_sent)?;
        let form = Form::new().text("message", message.to_string()).part("filedata", part);
        self.upload((page_id, "message_attachments"), (token, proof), form).await
    }

    async fn upload(
        &self,
        (node, edge): (&str, &str),
        (token, proof): (&SecretString, Option<&str>),
        form: Form,
    ) -> Result<String, Outcome> {
        let request = self.request(Method::POST, Host::Facebook, &[node, edge], token, proof);
        let request = request.map_err(not_sent)?;
        let outcome = finish(request.multipart(form).timeout(UPLOAD)).await;
        if let Outcome::Answered { status: 200, body, .. } = &outcome
            && let Ok(uploaded) = serde_json::from_slice::<Uploaded>(body)
        {
            return Ok(uploaded.id);
        }
        Err(outcome)
    }

    /// Asks where a file is. `phone_number_id` is the number that it was sent to.
    ///
    /// # Errors
    /// [`GraphFault`]; refusals are Meta's, among them that it no longer has the file.
    pub async fn media(
        &self,
        (media_id, phone_number_id): (&str, &str),
        token: &SecretString,
        proof: Option<&str>,
    ) -> Result<MediaFacts, GraphFault> {
        let request = self.request(Method::GET, Host::Facebook, &[media_id], token, proof)?;
        let request = request.query(&[("phone_number_id", phone_number_id)]);
        answer(finish(request).await)
    }

    /// Whether an address is Meta's, so that it may see a token of Meta's: the hosts that files of
    /// WhatsApp are on, and the Graph API itself.
    #[must_use]
    pub fn is_metas(&self, address: &url::Url) -> bool {
        const HOSTS: [&str; 4] = ["facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net"];
        let Some(host) = address.host_str() else { return false };
        let below = |parent: &&str| {
            host == *parent || host.strip_suffix(*parent).is_some_and(|rest| rest.ends_with('.'))
        };
        let known = address.scheme() == "https" && HOSTS.iter().any(below);
        known || address.origin() == self.base().origin()
    }
}

fn not_sent(fault: GraphFault) -> Outcome {
    Outcome::NotSent(fault.to_string())
}

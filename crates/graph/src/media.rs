//! Uploading media to WhatsApp, which gives it an id for thirty days.

use bytes::Bytes;
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use secrecy::SecretString;
use serde::Deserialize;

use crate::{
    GraphClient, GraphFault, Host,
    client::{finish, plain},
    lookup::answer,
};

/// A file to upload.
#[derive(Debug, Clone)]
pub struct Upload {
    /// IANA media type, such as `image/jpeg`.
    pub mime_type: String,
    /// The name of the file.
    pub filename: String,
    /// The file.
    pub bytes: Bytes,
}

#[derive(Deserialize)]
struct Uploaded {
    id: String,
}

impl GraphClient {
    /// Uploads a file for a phone number; gives the media id.
    ///
    /// # Errors
    /// [`GraphFault`]; refusals are Meta's. An upload that was lost on the way can be repeated:
    /// what nobody refers to disappears by itself.
    pub async fn upload_media(
        &self,
        phone_number_id: &str,
        token: &SecretString,
        proof: Option<&str>,
        upload: Upload,
    ) -> Result<String, GraphFault> {
        let Upload { mime_type, filename, bytes } = upload;
        let file = Part::stream(bytes)
            .file_name(filename)
            .mime_str(&mime_type)
            .map_err(|error| GraphFault::Settings { what: plain(error) })?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", mime_type)
            .part("file", file);
        let path = [phone_number_id, "media"];
        let request = self.request(Method::POST, Host::Facebook, &path, token, proof)?;
        answer::<Uploaded>(finish(request.multipart(form)).await).map(|uploaded| uploaded.id)
    }
}

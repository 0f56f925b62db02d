//! Reads a Graph call: path, version, token, and parameters from the query, a
//! form, a JSON body or a multipart body.

use actix_multipart::Multipart;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::{HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};
use super::fetch::Fetches;

/// Largest body taken: a 100 MB document and its form.
const MAX_BODY: usize = 105 * 1024 * 1024;

/// A file of a multipart body.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) mime_type: String,
    pub(crate) bytes: Bytes,
}

/// A Graph call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// Path without the version.
    pub(crate) path: Vec<String>,
    pub(crate) params: Map<String, Value>,
    pub(crate) file: Option<Upload>,
    /// What came of the files that the call names by URL.
    pub(crate) fetches: Fetches,
    pub(crate) token: Option<String>,
    pub(crate) proof: Option<String>,
}

impl Call {
    /// A parameter as text.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.params.get(key).and_then(Value::as_str)
    }

    /// A parameter as text that must be there.
    pub(crate) fn need(&self, key: &str) -> GraphResult<&str> {
        self.text(key)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| GraphError::parameter(&format!("The parameter {key} is required.")))
    }

    /// A list given as JSON array or as comma separated text.
    pub(crate) fn list(&self, key: &str) -> Option<Vec<String>> {
        match self.params.get(key)? {
            Value::Array(items) => {
                Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            Value::String(text) => Some(
                text.split(',')
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty())
                    .collect(),
            ),
            _ => None,
        }
    }
}

/// Reads a request into a call.
pub(crate) async fn read(request: &HttpRequest, payload: web::Payload) -> GraphResult<Call> {
    let mut params = Map::new();
    pairs(&mut params, request.query_string().as_bytes());
    let mut file = None;
    let content_type = header(request, CONTENT_TYPE.as_str());
    if content_type.starts_with("multipart/form-data") {
        let form = Multipart::new(request.headers(), payload.into_inner());
        file = multipart(&mut params, form).await?;
    } else {
        let bytes = collect(payload).await?;
        if content_type.starts_with("application/x-www-form-urlencoded") {
            pairs(&mut params, &bytes);
        } else if !bytes.is_empty() {
            match serde_json::from_slice(&bytes) {
                Ok(Value::Object(map)) => params.extend(map.into_iter().map(unwrapped)),
                _ => return Err(GraphError::parameter("The body is not a JSON object.")),
            }
        }
    }
    let bearer = header(request, AUTHORIZATION.as_str());
    let bearer = bearer
        .strip_prefix("Bearer ")
        .or_else(|| bearer.strip_prefix("OAuth "))
        .map(|token| token.trim().to_owned());
    let token = take_text(&mut params, "access_token").or(bearer);
    let proof = take_text(&mut params, "appsecret_proof");
    Ok(Call {
        method: request.method().as_str().to_owned(),
        path: path(request.path()),
        params,
        file,
        fetches: Fetches::new(),
        token,
        proof,
    })
}

/// The parts of a path, without a leading `v25.0`.
fn path(path: &str) -> Vec<String> {
    let mut parts: Vec<String> =
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let versioned = parts.first().is_some_and(|first| {
        first
            .strip_prefix('v')
            .and_then(|rest| rest.split_once('.'))
            .is_some_and(|(major, minor)| all_digits(major) && all_digits(minor))
    });
    if versioned {
        parts.remove(0);
    }
    parts
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn header(request: &HttpRequest, name: &str) -> String {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn take_text(params: &mut Map<String, Value>, key: &str) -> Option<String> {
    params.remove(key)?.as_str().map(str::to_owned)
}

fn pairs(params: &mut Map<String, Value>, encoded: &[u8]) {
    for (key, value) in url::form_urlencoded::parse(encoded) {
        params.insert(key.into_owned(), parameter(&value));
    }
}

/// Parameters of the Send API that clients also write as text within a JSON body.
const WRAPPED: [&str; 2] = ["recipient", "message"];

fn unwrapped((key, value): (String, Value)) -> (String, Value) {
    match value {
        Value::String(text) if WRAPPED.contains(&key.as_str()) => (key, parameter(&text)),
        value => (key, value),
    }
}

/// Form and query values are text; those that look like JSON containers are read.
fn parameter(text: &str) -> Value {
    if text.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(text)
    {
        return value;
    }
    Value::String(text.to_owned())
}

async fn collect(mut payload: web::Payload) -> GraphResult<Bytes> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        if bytes.len() + chunk.len() > MAX_BODY {
            return Err(GraphError::parameter("The request is too large."));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

async fn multipart(
    params: &mut Map<String, Value>,
    mut form: Multipart,
) -> GraphResult<Option<Upload>> {
    let mut file = None;
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| broken(&error))?;
        let name = field.name().unwrap_or_default().to_owned();
        let mime_type = field.content_type().map(ToString::to_string);
        let is_file = field
            .content_disposition()
            .is_some_and(|disposition| disposition.get_filename().is_some());
        let mut bytes = BytesMut::new();
        while let Some(chunk) = field.next().await {
            bytes.extend_from_slice(&chunk.map_err(|error| broken(&error))?);
            if bytes.len() > MAX_BODY {
                return Err(GraphError::parameter("The file is too large."));
            }
        }
        if is_file {
            file = Some(Upload {
                mime_type: mime_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
                bytes: bytes.freeze(),
            });
        } else {
            params.insert(name, parameter(&String::from_utf8_lossy(&bytes)));
        }
    }
    Ok(file)
}

fn broken(error: &dyn std::fmt::Display) -> GraphError {
    GraphError::parameter(&format!("The body cannot be read: {error}."))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_version_is_optional() {
        assert_eq!(path("/v25.0/1/messages"), ["1", "messages"]);
        assert_eq!(path("/1/messages"), ["1", "messages"]);
        assert_eq!(path("/v25/messages"), ["v25", "messages"]);
    }
}

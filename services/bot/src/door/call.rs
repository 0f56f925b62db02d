//! What a bot asked, whatever form it came in: JSON, a form, the query, or a part of a batch.

use actix_web::{
    HttpRequest,
    http::{Method, header},
};
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::fault::Fault;

/// A call, without its version: every version is answered alike.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    /// The first part of the path: `me`, an id, or nothing.
    pub(super) node: String,
    /// The second.
    pub(super) edge: Option<String>,
    /// All parameters, wherever they stood.
    pub(super) fields: Map<String, Value>,
    pub(super) token: Option<SecretString>,
    /// Where the bot called us, without what comes after the version.
    pub(super) base: String,
}

impl Call {
    pub(super) fn of(request: &HttpRequest, body: &[u8]) -> Result<Self, Fault> {
        let mut fields = Map::new();
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        read_body(kind, body, &mut fields)?;
        Ok(Self::with(request, fields))
    }

    /// A call with these parameters, beside those that stand in its address.
    pub(super) fn with(request: &HttpRequest, more: Map<String, Value>) -> Self {
        let mut fields = Map::new();
        read_form(request.query_string(), &mut fields);
        fields.extend(more);
        let path = request.match_info().query("rest").to_owned();
        let mut call = Self::to(request.method().clone(), &path, fields);
        call.base = base(request);
        if let Some(bearer) = bearer(request) {
            call.token = Some(bearer);
        }
        call
    }

    /// The same, called where the batch was that it stands in.
    pub(super) fn within(self, batch: &Self) -> Self {
        Self { base: batch.base.clone(), ..self }
    }

    /// An element of a batch. (Graph API "Batch Requests")
    pub(super) fn in_batch(element: &Value) -> Result<Self, Fault> {
        let wrong = || Fault::parameter("(#100) a call of a batch has method and relative_url");
        let method = text(element, "method").ok_or_else(wrong)?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| wrong())?;
        let address = text(element, "relative_url").ok_or_else(wrong)?;
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let mut fields = Map::new();
        read_form(query, &mut fields);
        match element.get("body") {
            Some(Value::Object(body)) => fields.extend(body.clone()),
            Some(Value::String(body)) => read_form(body, &mut fields),
            _ => {}
        }
        let path = path.trim_start_matches('/');
        let rest = path.split_once('/').filter(|(version, _)| is_version(version));
        Ok(Self::to(method, rest.map_or(path, |(_, rest)| rest), fields))
    }

    fn to(method: Method, path: &str, mut fields: Map<String, Value>) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned);
        let (node, edge) = (parts.next().unwrap_or_default(), parts.next());
        let token = fields.remove("access_token");
        let token = token.as_ref().and_then(Value::as_str).map(SecretString::from);
        Self { method, node, edge, fields, token, base: String::new() }
    }

    /// A parameter that is a text or a number.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.fields.get(key).and_then(scalar)
    }
}

/// A member that is a text or a number, which bots take for one another.
pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(scalar)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|number| number.parse::<f64>().is_ok())
}

/// Meta's names are led here by who knows how, and are always called by https.
fn base(request: &HttpRequest) -> String {
    let connection = request.connection_info();
    let host = connection.host();
    let is_metas = ["graph.facebook.com", "graph.instagram.com"].contains(&host);
    let scheme = if is_metas { "https" } else { connection.scheme() };
    let under = if request.path().starts_with("/graph/") { "/graph" } else { "" };
    format!("{scheme}://{host}{under}/v25.0")
}

fn bearer(request: &HttpRequest) -> Option<SecretString> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    ["bearer", "oauth"].contains(&scheme.to_ascii_lowercase().as_str()).then(|| token.trim().into())
}

fn read_body(kind: &str, body: &[u8], fields: &mut Map<String, Value>) -> Result<(), Fault> {
    if body.trim_ascii().is_empty() {
        return Ok(());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => fields.extend(object),
        _ => {
            let form = std::str::from_utf8(body);
            let form = form.ok().filter(|_| !kind.starts_with("application/json"));
            let form = form.ok_or_else(|| Fault::parameter("(#100) the body is no JSON object"))?;
            read_form(form, fields);
        }
    }
    Ok(())
}

/// Parameters of a form; objects and lists stand in it as JSON.
pub(super) fn read_form(form: &str, fields: &mut Map<String, Value>) {
    for (key, value) in form_urlencoded::parse(form.as_bytes()) {
        fields.insert(key.into_owned(), nested(value.into_owned()));
    }
}

/// What stands in a form: JSON if it is an object or a list.
pub(super) fn nested(value: String) -> Value {
    let nested = value.starts_with(['{', '[']).then(|| serde_json::from_str(&value).ok());
    nested.flatten().unwrap_or_else(|| value.into())
}

//! A client of the API, as strict or as careless as a test wants it.

use reqwest::{
    Method, Response, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::seed::PASSWORD;

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) api: String,
    /// `name=value`
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
    /// Of a program.
    pub(crate) key: Option<String>,
}

impl Client {
    pub(crate) fn anonymous(url: &str) -> Self {
        let api = format!("{url}/api/v1");
        Self { http: reqwest::Client::new(), api, cookie: None, csrf: None, key: None }
    }

    pub(crate) async fn login(url: &str, email: &str) -> Self {
        let mut client = Self::anonymous(url);
        let response = client.try_login(email, PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        client.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        let me: Value = response.json().await.unwrap();
        client.csrf = Some(me["csrf"].as_str().unwrap().to_owned());
        client
    }

    pub(crate) async fn try_login(&self, email: &str, password: &str) -> Response {
        let body = json!({"email": email, "password": password});
        self.send(Method::POST, "/login", Some(body), &[]).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.api));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-csrf-token", csrf);
        }
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = match body.get("multipart") {
                Some(file) => request.multipart(form(file)),
                None => request.json(&body),
            };
        }
        request.send().await.unwrap()
    }

    /// Posts bytes.
    pub(crate) async fn upload(
        &self,
        path: &str,
        kind: &str,
        bytes: Vec<u8>,
    ) -> (StatusCode, Value) {
        let request = self.http.post(format!("{}{path}", self.api)).header("content-type", kind);
        let request = request
            .header("cookie", self.cookie.clone().unwrap())
            .header("x-csrf-token", self.csrf.clone().unwrap());
        answer(request.body(bytes).send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.send(Method::GET, path, None, &[]).await).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.send(Method::POST, path, Some(body), &[]).await).await
    }

    /// The ids of a list of conversations.
    pub(crate) async fn put(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.send(Method::PUT, path, Some(body), &[]).await).await
    }

    pub(crate) async fn conversations(&self, query: &str) -> Vec<String> {
        let (status, page) = self.get(&format!("/conversations?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let all = page["conversations"].as_array().unwrap().iter();
        all.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// A file of that name and text.
fn form(file: &Value) -> Form {
    let of = |what: &str| file[what].as_str().unwrap().to_owned();
    Form::new().part("file", Part::text(of("text")).file_name(of("name")))
}

/// The status and the body, which is null when there is none. An error is a problem with a next
/// step, always.
pub(crate) async fn answer(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default();
    if status.is_client_error() || status.is_server_error() {
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{status} {body}");
        assert_eq!(body["status"], status.as_u16(), "{body}");
        assert!(body["next_step"].is_string(), "{body}");
    }
    (status, body)
}
